// PersistedQueryLink of Apollo Client sends the hash of a document, and the document only where the gateway does not have it.
import { type ApolloClient, gql, HttpLink } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { hashDocument } from '../../../src/documents/apq-store.ts';
import { type ClientGateway, startClientGateway } from '../gateway.ts';
import { createClient } from './client.ts';

const query = gql`query Name($cid: ID!) { contact(by: { cid: $cid }) { id firstName } }`;
const variables = { cid: demo.contactId };

function createPersistingClient(server: ClientGateway, useGETForHashedQueries: boolean) {
  const link = new PersistedQueryLink({ sha256: hashDocument, useGETForHashedQueries });
  return createClient(server, link.concat(new HttpLink({ uri: '/graphql', fetch: server.fetch })));
}

/** Reads the contact. @returns the method of each request, and whether it contains the document */
async function read(client: ApolloClient, server: ClientGateway) {
  const { data } = await client.query({ query, variables, fetchPolicy: 'no-cache' });
  expect(data).toMatchObject({ contact: { firstName: 'Ada' } });
  return server.takeRequests().map(({ method, target, body }) => [method, (target + body).includes('firstName')]);
}

test('a document is sent once, and all pages that are loaded later send its hash with POST', async () => {
  await using server = await startClientGateway();
  const sent = ['POST', true];
  expect(await read(createPersistingClient(server, false), server)).toEqual([['POST', false], sent]);
  expect(await read(createPersistingClient(server, false), server)).toEqual([['POST', false]]);
});

test('a document is sent once, and all pages that are loaded later send its hash with GET, without a header of their own', async () => {
  await using server = await startClientGateway();
  const sent = ['POST', true];
  expect(await read(createPersistingClient(server, true), server)).toEqual([['GET', false], sent]);
  expect(await read(createPersistingClient(server, true), server)).toEqual([['GET', false]]);
});

test('where the gateway stores no documents, hashes are not sent from the second query on', async () => {
  await using server = await startClientGateway({ env: { APQ: 'false' } });
  const client = createPersistingClient(server, true);
  expect(await read(client, server)).toEqual([
    ['GET', false],
    ['POST', true],
  ]);
  expect(await read(client, server)).toEqual([['POST', true]]);
});
