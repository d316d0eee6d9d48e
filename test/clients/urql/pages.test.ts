// relayPagination of Graphcache joins the pages of lists, in both directions and below a contact.
import { type Client, gql } from '@urql/core';
import { expect, test } from 'vitest';
import { ada } from '../../support/write-gateway.ts';
import { documentOf } from '../documented/documents.ts';
import { startClientGateway } from '../gateway.ts';
import { createClient } from './client.ts';

type List = {
  edges: { node: { id: string; occurredAt?: string } }[];
  pageInfo: { startCursor: string; endCursor: string; hasNextPage: boolean; hasPreviousPage: boolean };
};
type Page = { first?: number; after?: string; last?: number; before?: string };

const contacts = gql<{ contacts: List }, Page>`
  query Contacts($first: Int, $after: String, $last: Int, $before: String) {
    contacts(first: $first, after: $after, last: $last, before: $before) {
      edges { cursor node { id } }
      pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
    }
  }
`;

/** Reads a page of the contacts. @returns the list that is shown then */
async function readPage(client: Client, page: Page): Promise<List> {
  const { data, error } = await client.query(contacts, page).toPromise();
  if (data === undefined) throw error;
  return data.contacts;
}

const idsOf = ({ edges }: List) => edges.map(({ node }) => node.id);

/** Starts a gateway with 25 contacts, and reads all of them with a client of their own. */
async function startWithContacts() {
  const server = await startClientGateway({ emulator: { contacts: 25, edgeCases: false } });
  const ids = idsOf(await readPage(createClient(server), { first: 100 }));
  server.takeCalls();
  return { server, client: createClient(server), ids, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

test('the next pages of a list are appended until its end', async () => {
  await using stack = await startWithContacts();
  const shown = [await readPage(stack.client, { first: 10 })];
  for (let list = shown[0]; list?.pageInfo.hasNextPage; list = shown.at(-1)) {
    shown.push(await readPage(stack.client, { first: 10, after: list.pageInfo.endCursor }));
  }
  expect(shown.map(idsOf)).toEqual([stack.ids.slice(0, 10), stack.ids.slice(0, 20), stack.ids]);
  // The upstream says that a list has ended by an empty page, which is the fourth call.
  expect(stack.server.takeCalls()).toEqual(Array(4).fill('contacts'));
});

test('the pages before the last one are put in front of a list, in the order of the list', async () => {
  await using stack = await startWithContacts();
  const shown = [await readPage(stack.client, { last: 10 })];
  for (let list = shown[0]; list?.pageInfo.hasPreviousPage; list = shown.at(-1)) {
    shown.push(await readPage(stack.client, { last: 10, before: list.pageInfo.startCursor }));
  }
  expect(shown.map(idsOf)).toEqual([stack.ids.slice(-10), stack.ids.slice(-20), stack.ids]);
});

test('a page that is shown again is read from the cache, with all pages that were joined to it', async () => {
  await using stack = await startWithContacts();
  const first = await readPage(stack.client, { first: 10 });
  await readPage(stack.client, { first: 10, after: first.pageInfo.endCursor });
  stack.server.takeRequests();
  expect(idsOf(await readPage(stack.client, { first: 10 }))).toEqual(stack.ids.slice(0, 20));
  expect(stack.server.takeRequests()).toEqual([]);
});

test('the events of a contact are joined page by page, and all pages come from one upstream call', async () => {
  await using server = await startClientGateway();
  const client = createClient(server);
  const query = gql<{ node: { events: List } }, { id: string; after?: string }>(documentOf('ContactEvents'));
  const shown: List[] = [];
  do {
    const after = shown.at(-1)?.pageInfo.endCursor;
    const { data } = await client.query(query, { id: ada, ...(after !== undefined && { after }) }).toPromise();
    if (data !== undefined) shown.push(data.node.events);
  } while (shown.at(-1)?.pageInfo.hasNextPage && shown.length < 5);
  expect(shown.map(({ edges }) => edges.length)).toEqual([20, 40, 42]);
  const times = shown.at(-1)?.edges.map(({ node }) => node.occurredAt) ?? [];
  expect(times).toEqual(times.toSorted().toReversed());
  expect(server.takeCalls().toSorted()).toEqual(['contact', 'events']);
});

test('a page that fails is an error, and is read again with the same cursor', async () => {
  await using stack = await startWithContacts();
  const { control } = stack.server.emulator;
  const { pageInfo } = await readPage(stack.client, { first: 10 });
  control.fault({ path: '/organizations/', kind: 'status', status: 500, times: Number.POSITIVE_INFINITY });
  const next = { first: 10, after: pageInfo.endCursor };
  const failed = await stack.client.query(contacts, next).toPromise();
  expect(failed.error?.graphQLErrors).toMatchObject([
    { extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } },
  ]);
  control.clearFaults();
  expect(idsOf(await readPage(stack.client, next))).toEqual(stack.ids.slice(0, 20));
});
