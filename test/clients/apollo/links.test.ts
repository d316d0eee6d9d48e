// The links of Apollo Client that docs/clients.md shows: batches, GET, and retries.
import { ApolloLink, CombinedGraphQLErrors, gql, HttpLink } from '@apollo/client';
import { afterEach, expect, test, vi } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { ada } from '../../support/write-gateway.ts';
import { batches } from '../documented/__generated__/batches.ts';
import { link as get } from '../documented/__generated__/get.ts';
import { retries } from '../documented/__generated__/retries.ts';
import { type ClientGateway, startClientGateway } from '../gateway.ts';
import { createClient } from './client.ts';

afterEach(() => vi.unstubAllGlobals());

const name = gql`query Name($cid: ID!) { contact(by: { cid: $cid }) { id firstName } }`;
const devices = gql`query Devices($cid: ID!) { contact(by: { cid: $cid }) { id devices { edges { node { os } } } } }`;
const variables = { cid: demo.contactId };

/** Sends the two queries at the same time, with the link of the page. */
async function sendBoth(server: ClientGateway, link: ApolloLink) {
  vi.stubGlobal('fetch', server.fetch);
  const client = createClient(server, link);
  return Promise.allSettled([name, devices].map((query) => client.query({ query, variables })));
}

test('BatchHttpLink sends the queries of a page in one request, where batches are permitted', async () => {
  await using server = await startClientGateway({ env: { MAX_BATCH: '10' } });
  const results = await sendBoth(server, batches);
  expect(results).toMatchObject([
    { value: { data: { contact: { firstName: 'Ada' } } } },
    { value: { data: { contact: { devices: { edges: expect.any(Array) } } } } },
  ]);
  expect(server.takeRequests()).toHaveLength(1);
  expect(server.takeCalls().toSorted()).toEqual(['contact', 'devices']);
});

test('a query of a batch that fails leaves the others of the batch as they are', async () => {
  await using server = await startClientGateway({ env: { MAX_BATCH: '10', SWITCHED_OFF: 'retry' } });
  server.emulator.control.fault({ path: '/devices', kind: 'status', status: 500 });
  const results = await sendBoth(server, batches);
  expect(results).toMatchObject([
    { status: 'fulfilled', value: { data: { contact: { firstName: 'Ada' } } } },
    { status: 'rejected', reason: { errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }] } },
  ]);
});

test('where batches are not permitted, each query of a batch rejects, and none is executed', async () => {
  await using server = await startClientGateway();
  const results = await sendBoth(server, batches);
  const reason = { message: expect.stringContaining('length') };
  expect(results).toMatchObject([
    { status: 'rejected', reason },
    { status: 'rejected', reason },
  ]);
  expect(server.takeCalls()).toEqual([]);
});

test('HttpLink sends queries with GET, with the header that protects it', async () => {
  await using server = await startClientGateway();
  expect(await sendBoth(server, get)).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
  expect(server.takeRequests()).toMatchObject([{ method: 'GET' }, { method: 'GET' }]);
});

/** Lets the upstream fail until an operation is sent for the second time. @returns a link that counts how often that was */
function failOnce({ emulator, fetch }: ClientGateway, path: string) {
  emulator.control.fault({ path, kind: 'status', status: 500, times: Number.POSITIVE_INFINITY });
  let sent = 0;
  const link = new ApolloLink((operation, forward) => {
    if (++sent === 2) emulator.control.clearFaults();
    return forward(operation);
  }).concat(new HttpLink({ uri: '/graphql', fetch }));
  return { link: retries.concat(link), count: () => sent };
}

test('a query whose error is retryable is sent again, and resolves without an error', async () => {
  await using server = await startClientGateway();
  const { link, count } = failOnce(server, '/devices');
  const { data } = await createClient(server, link).query({ query: devices, variables });
  expect(data).toMatchObject({ contact: { devices: { edges: expect.any(Array) } } });
  expect(count()).toBe(2);
});

test('an error that is not retryable is not sent again', async () => {
  await using server = await startClientGateway();
  const { link, count } = failOnce(server, '/nothing');
  const query = gql`{ contacts(first: 1, after: "made up") { edges { node { id } } } }`;
  const error: unknown = await createClient(server, link)
    .query({ query })
    .catch((error: unknown) => error);
  expect(CombinedGraphQLErrors.is(error) && error.errors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID' } }]);
  expect(count()).toBe(1);
});

test('a mutation is not sent again by itself, even if its error is retryable', async () => {
  await using server = await startClientGateway({ env: { SWITCHED_OFF: 'retry' } });
  const { link, count } = failOnce(server, '/policies');
  const mutation = gql`mutation SetPolicies($input: SetContactPoliciesInput!) {
    setContactPolicies(input: $input) { userErrors { code } }
  }`;
  const variables = { input: { id: ada, policies: { mktgCommunications: false } } };
  await expect(createClient(server, link).mutate({ mutation, variables })).rejects.toMatchObject({
    errors: [{ extensions: { code: 'OUTCOME_UNKNOWN', retryable: true } }],
  });
  expect(count()).toBe(1);
});
