// What urql makes of errors: of a branch, of a request, of the network, and of what the user can correct.
import { Client, fetchExchange, gql } from '@urql/core';
import { afterEach, expect, test, vi } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { ada } from '../../support/write-gateway.ts';
import { retry } from '../documented/__generated__/retries.ts';
import { createGraphcache, client as documentedClient } from '../documented/__generated__/urql-with-graphcache.ts';
import { startClientGateway } from '../gateway.ts';
import { createClient, introspection } from './client.ts';

afterEach(() => vi.unstubAllGlobals());

const contact = gql`query Contact($cid: ID!) {
  contact(by: { cid: $cid }) { id firstName devices { edges { node { id os } } } }
}`;
const variables = { cid: demo.contactId };

test('a contact whose devices cannot be read is shown without them, and the next query reads them', async () => {
  await using server = await startClientGateway({ env: { SWITCHED_OFF: 'retry' } });
  server.emulator.control.fault({ path: '/devices', kind: 'status', status: 500 });
  const client = createClient(server, [createGraphcache({ schema: introspection })]);
  const first = await client.query(contact, variables).toPromise();
  expect(first.data).toMatchObject({ contact: { firstName: 'Ada', devices: null } });
  expect(first.error?.graphQLErrors).toMatchObject([
    { path: ['contact', 'devices'], extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } },
  ]);
  const second = await client.query(contact, variables).toPromise();
  expect(second.error).toBeUndefined();
  expect(second.data).toMatchObject({ contact: { firstName: 'Ada', devices: { edges: expect.any(Array) } } });
  expect(server.takeCalls().toSorted()).toEqual(['contact', 'devices', 'devices']);
});

test('retryExchange sends a query whose error is retryable again, and the result has no error', async () => {
  await using server = await startClientGateway({ env: { SWITCHED_OFF: 'retry' } });
  server.emulator.control.fault({ path: '/devices', kind: 'status', status: 500 });
  const { data, error } = await createClient(server, [createGraphcache(), retry]).query(contact, variables).toPromise();
  expect(error).toBeUndefined();
  expect(data).toMatchObject({ contact: { devices: { edges: expect.any(Array) } } });
  expect(server.takeRequests()).toHaveLength(2);
});

test('retryExchange does not send a query again whose error is not retryable', async () => {
  await using server = await startClientGateway();
  const query = gql`{ contacts(first: 1, after: "made up") { edges { node { id } } } }`;
  const { error } = await createClient(server, [createGraphcache(), retry]).query(query, {}).toPromise();
  expect(error?.graphQLErrors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID' } }]);
  expect(server.takeRequests()).toHaveLength(1);
});

test('retryExchange does not send a mutation again, even if its error is retryable', async () => {
  await using server = await startClientGateway();
  server.emulator.control.fault({ path: '/policies', kind: 'status', status: 500 });
  const mutation = gql`mutation SetPolicies($input: SetContactPoliciesInput!) {
    setContactPolicies(input: $input) { userErrors { code } }
  }`;
  const input = { id: ada, policies: { mktgCommunications: false } };
  const { error } = await createClient(server, [createGraphcache(), retry]).mutation(mutation, { input }).toPromise();
  expect(error?.graphQLErrors).toMatchObject([{ extensions: { code: 'OUTCOME_UNKNOWN', retryable: true } }]);
  expect(server.takeRequests()).toHaveLength(1);
});

test('a request without an access token has UNAUTHENTICATED as an error of GraphQL and not of the network', async () => {
  await using server = await startClientGateway();
  const client = new Client({ url: server.gateway.url, preferGetMethod: false, exchanges: [fetchExchange] });
  const { error } = await client.query(contact, variables).toPromise();
  expect(error?.networkError).toBeUndefined();
  expect(error?.graphQLErrors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
});

test('a client with the defaults of urql, which sends GETs, is told which header to send', async () => {
  await using server = await startClientGateway();
  const client = new Client({ url: '/graphql', fetch: server.fetch, exchanges: [fetchExchange] });
  const { error } = await client.query(contact, variables).toPromise();
  expect(error?.message).toContain('graphql-require-preflight');
  expect(server.takeCalls()).toEqual([]);
});

test('a client with that header sends queries with GET, and mutations with POST', async () => {
  await using server = await startClientGateway();
  const fetchOptions = { headers: { 'graphql-require-preflight': 'true' } };
  const client = new Client({ url: '/graphql', fetch: server.fetch, fetchOptions, exchanges: [fetchExchange] });
  expect((await client.query(contact, variables).toPromise()).data).toMatchObject({ contact: { firstName: 'Ada' } });
  const update = gql`mutation Update($input: UpdateContactInput!) { updateContact(input: $input) { userErrors { code } } }`;
  await client.mutation(update, { input: { id: ada, firstName: 'Ada' } }).toPromise();
  expect(server.takeRequests().map(({ method }) => method)).toEqual(['GET', 'POST']);
});

test('the client of docs/clients.md sends queries with POST', async () => {
  await using server = await startClientGateway();
  vi.stubGlobal('fetch', server.fetch);
  const { data } = await documentedClient.query(contact, variables).toPromise();
  expect(data).toMatchObject({ contact: { firstName: 'Ada' } });
  expect(server.takeRequests()).toMatchObject([{ method: 'POST', target: '/graphql' }]);
});

test('a mutation whose input the user has to correct has userErrors and no error, and nothing is written', async () => {
  await using server = await startClientGateway();
  const update = gql`mutation Update($input: UpdateContactInput!) {
    updateContact(input: $input) { contact { id phone } userErrors { code message field params { example } } }
  }`;
  const { data, error } = await createClient(server)
    .mutation(update, { input: { id: ada, phone: '12' } })
    .toPromise();
  expect(error).toBeUndefined();
  expect(data).toMatchObject({
    updateContact: { userErrors: [{ code: 'FORMAT', field: ['input', 'phone'], params: { example: '+14155552671' } }] },
  });
  expect(server.takeCalls()).toEqual([]);
});
