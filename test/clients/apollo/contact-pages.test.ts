// fetchMore of Apollo Client with relayStylePagination, over the contacts of an organization.
import { gql, type TypedDocumentNode } from '@apollo/client';
import { expect, test } from 'vitest';
import { startClientGateway } from '../gateway.ts';
import { createClient, shownData } from './client.ts';

type Contacts = {
  contacts: {
    edges: { node: { id: string } }[];
    pageInfo: { startCursor: string; endCursor: string; hasNextPage: boolean; hasPreviousPage: boolean };
  };
};
type Variables = { first?: number; after?: string; last?: number; before?: string; filter?: object };

const query: TypedDocumentNode<Contacts, Variables> = gql`
  query Contacts($first: Int, $after: String, $last: Int, $before: String, $filter: ContactFilter) {
    contacts(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      edges { cursor node { id } }
      pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
    }
  }
`;
const idsOf = ({ contacts }: Contacts) => contacts.edges.map(({ node }) => node.id);

/** Starts a gateway with 25 contacts, and a client that has read all of them past its cache. */
async function startWithContacts() {
  const server = await startClientGateway({ emulator: { contacts: 25, edgeCases: false } });
  const client = createClient(server);
  const { data } = await client.query({ query, variables: { first: 100 }, fetchPolicy: 'no-cache' });
  if (data === undefined) throw new Error('The contacts could not be read.');
  server.takeCalls();
  server.takeRequests();
  return { server, client, ids: idsOf(data), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

test('fetchMore appends the next pages to a list until its end', async () => {
  await using stack = await startWithContacts();
  const list = stack.client.watchQuery({ query, variables: { first: 10 } });
  const shown = [await shownData(list)];
  for (let page = shown[0]; page?.contacts.pageInfo.hasNextPage; page = shown.at(-1)) {
    await list.fetchMore({ variables: { after: page.contacts.pageInfo.endCursor } });
    shown.push(await shownData(list));
  }
  expect(shown.map(idsOf)).toEqual([stack.ids.slice(0, 10), stack.ids.slice(0, 20), stack.ids]);
  // The upstream says that a list has ended by an empty page, which is the fourth call.
  expect(stack.server.takeRequests()).toHaveLength(3);
  expect(stack.server.takeCalls()).toEqual(Array(4).fill('contacts'));
});

test('fetchMore puts the pages before the last one in front of a list, in the order of the list', async () => {
  await using stack = await startWithContacts();
  const list = stack.client.watchQuery({ query, variables: { last: 10 } });
  const shown = [await shownData(list)];
  for (let page = shown[0]; page?.contacts.pageInfo.hasPreviousPage; page = shown.at(-1)) {
    await list.fetchMore({ variables: { before: page.contacts.pageInfo.startCursor } });
    shown.push(await shownData(list));
  }
  expect(shown.map(idsOf)).toEqual([stack.ids.slice(-10), stack.ids.slice(-20), stack.ids]);
  // The upstream says that a list has ended by an empty page, which is the fourth call.
  expect(stack.server.takeRequests()).toHaveLength(3);
  expect(stack.server.takeCalls()).toEqual(Array(4).fill('contacts'));
});

test('fetchMore continues a list in both directions from a page in its middle', async () => {
  await using stack = await startWithContacts();
  const first = await stack.client.query({ query, variables: { first: 10 }, fetchPolicy: 'no-cache' });
  const after = first.data?.contacts.pageInfo.endCursor ?? '';
  const list = stack.client.watchQuery({ query, variables: { first: 5, after } });
  const { startCursor, endCursor } = (await shownData(list)).contacts.pageInfo;
  await list.fetchMore({ query, variables: { last: 10, before: startCursor } });
  expect(idsOf(await shownData(list))).toEqual(stack.ids.slice(0, 15));
  await list.fetchMore({ query, variables: { first: 10, after: endCursor } });
  expect(idsOf(await shownData(list))).toEqual(stack.ids);
});

test('a list with another filter is a list of its own in the cache', async () => {
  await using stack = await startWithContacts();
  const all = await stack.client.query({ query, variables: { first: 20 } });
  const app = await stack.client.query({ query, variables: { first: 20, filter: { signupMethod: 'MOBILEAPP' } } });
  expect(app.data?.contacts.edges.length).toBeLessThan(20);
  expect(stack.client.readQuery({ query, variables: { first: 20 } })).toEqual(all.data);
});

test('a page that fails leaves the list as it was, and is fetched again with the same cursor', async () => {
  await using stack = await startWithContacts();
  const list = stack.client.watchQuery({ query, variables: { first: 10 } });
  const after = (await shownData(list)).contacts.pageInfo.endCursor;
  const { control } = stack.server.emulator;
  control.fault({ path: '/organizations/', kind: 'status', status: 500, times: Number.POSITIVE_INFINITY });
  await expect(list.fetchMore({ variables: { after } })).rejects.toMatchObject({
    errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } }],
  });
  expect(idsOf(await shownData(list))).toEqual(stack.ids.slice(0, 10));
  control.clearFaults();
  await list.fetchMore({ variables: { after } });
  expect(idsOf(await shownData(list))).toEqual(stack.ids.slice(0, 20));
});
