// fetchMore of Apollo Client with relayStylePagination, over a list below a contact and over one below the organization.
import { gql, type TypedDocumentNode } from '@apollo/client';
import { expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { documentOf } from '../documented/documents.ts';
import { startClientGateway } from '../gateway.ts';
import { createClient, shownData } from './client.ts';

type Events = {
  edges: { node: { type: string; occurredAt: string } }[];
  pageInfo: { endCursor: string; hasNextPage: boolean };
};
const id = Buffer.from(`Contact:${demo.contactId}`).toString('base64');

const contactEvents: TypedDocumentNode<
  { node: { id: string; events: Events } },
  { id: string; first?: number; after?: string }
> = gql(documentOf('ContactEvents'));

const feed: TypedDocumentNode<{ organization: { id: string; events: Events } }, { after?: string }> = gql`
  query Feed($after: String) {
    organization {
      id
      events(first: 20, after: $after) {
        edges { cursor node { type occurredAt } }
        pageInfo { endCursor hasNextPage }
      }
    }
  }
`;

test('fetchMore appends the events of a contact page by page, and all pages come from one upstream call', async () => {
  await using server = await startClientGateway();
  const contact = createClient(server).watchQuery({ query: contactEvents, variables: { id } });
  const shown = [(await shownData(contact)).node.events];
  for (let events = shown[0]; events?.pageInfo.hasNextPage; events = shown.at(-1)) {
    await contact.fetchMore({ variables: { after: events.pageInfo.endCursor } });
    shown.push((await shownData(contact)).node.events);
  }
  expect(shown.map(({ edges }) => edges.length)).toEqual([20, 40, 42]);
  const times = shown.at(-1)?.edges.map(({ node }) => node.occurredAt) ?? [];
  expect(times).toEqual(times.toSorted().toReversed());
  expect(server.takeCalls().toSorted()).toEqual(['contact', 'events']);
});

test('the events of two kinds are two lists in the cache, beside the other lists of the contact', async () => {
  await using server = await startClientGateway();
  const client = createClient(server);
  const logins = gql`query Logins($id: ID!) {
    node(id: $id) { id ... on Contact { events(types: [LOGIN]) { edges { cursor node { type } } } } }
  }`;
  const visits = gql`query Visits($id: ID!) {
    node(id: $id) { id ... on Contact { events(types: [VISIT]) { edges { cursor node { type } } } devices { edges { node { os } } } } }
  }`;
  const read = [
    await client.query({ query: logins, variables: { id } }),
    await client.query({ query: visits, variables: { id } }),
  ];
  expect([logins, visits].map((query) => client.readQuery({ query, variables: { id } }))).toEqual(
    read.map(({ data }) => data),
  );
});

test('fetchMore appends the events of the organization page by page', async () => {
  await using server = await startClientGateway();
  const list = createClient(server).watchQuery({ query: feed, variables: {} });
  const { endCursor } = (await shownData(list)).organization.events.pageInfo;
  await list.fetchMore({ variables: { after: endCursor } });
  const times = (await shownData(list)).organization.events.edges.map(({ node }) => node.occurredAt);
  expect(times).toHaveLength(40);
  expect(times).toEqual(times.toSorted().toReversed());
  expect(server.takeCalls()).toEqual(['organizationEvents', 'organizationEvents']);
});
