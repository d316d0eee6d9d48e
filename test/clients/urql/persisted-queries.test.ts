// persistedExchange of urql sends the hash of a document, and the document only where the gateway does not have it.
import { type Client, gql } from '@urql/core';
import { type PersistedExchangeOptions, persistedExchange } from '@urql/exchange-persisted';
import { expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { type ClientGateway, startClientGateway } from '../gateway.ts';
import { createClient } from './client.ts';

const query = gql`query Name($cid: ID!) { contact(by: { cid: $cid }) { id firstName } }`;

const byPost = { preferGetForPersistedQueries: false };

/** Reads the contact. @returns the method of each request, and whether it contains the document */
async function read(client: Client, server: ClientGateway, headers: Record<string, string> = {}) {
  const { data } = await client.query(query, { cid: demo.contactId }, { fetchOptions: { headers } }).toPromise();
  expect(data).toMatchObject({ contact: { firstName: 'Ada' } });
  return server.takeRequests().map(({ method, target, body }) => [method, (target + body).includes('firstName')]);
}

const createPersistingClient = (server: ClientGateway, options: PersistedExchangeOptions) =>
  createClient(server, [persistedExchange(options)]);

test('a document is sent once, and all pages that are loaded later send its hash with POST', async () => {
  await using server = await startClientGateway();
  const sent = ['POST', true];
  expect(await read(createPersistingClient(server, byPost), server)).toEqual([['POST', false], sent]);
  expect(await read(createPersistingClient(server, byPost), server)).toEqual([['POST', false]]);
});

test('with a header that protects a GET, a document and later its hash are sent with GET', async () => {
  await using server = await startClientGateway();
  const headers = { 'graphql-require-preflight': 'true' };
  const sent = ['GET', true];
  expect(await read(createPersistingClient(server, {}), server, headers)).toEqual([['GET', false], sent]);
  expect(await read(createPersistingClient(server, {}), server, headers)).toEqual([['GET', false]]);
});

test('where the gateway stores no documents, hashes are not sent from the second query on', async () => {
  await using server = await startClientGateway({ env: { APQ: 'false' } });
  const client = createPersistingClient(server, byPost);
  expect(await read(client, server)).toEqual([
    ['POST', false],
    ['POST', true],
  ]);
  expect(await read(client, server)).toEqual([['POST', true]]);
});

test('with its defaults and without that header, the exchange has an error that names the header', async () => {
  await using server = await startClientGateway();
  const { error } = await createPersistingClient(server, {}).query(query, { cid: demo.contactId }).toPromise();
  expect(error?.graphQLErrors).toMatchObject([
    { message: expect.stringContaining('graphql-require-preflight'), extensions: { code: 'FORBIDDEN' } },
  ]);
  expect(server.takeCalls()).toEqual([]);
});
