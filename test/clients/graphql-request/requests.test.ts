// graphql-request sends queries, variables and batches, and its errors have the codes of the gateway.
import { ClientError, GraphQLClient, gql } from 'graphql-request';
import { afterEach, expect, test, vi } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { send } from '../documented/__generated__/calls-left.ts';
import { type ClientGateway, startClientGateway } from '../gateway.ts';

afterEach(() => vi.unstubAllGlobals());

type Contact = { contact: { firstName: string; devices: { totalCount: number } | null } };

const contact = gql`query Contact($cid: ID!) { contact(by: { cid: $cid }) { firstName devices { totalCount } } }`;
const list = gql`query List($first: Int!) { contacts(first: $first) { nodes { cid } } }`;
const variables = { cid: demo.contactId };

const createClient = (
  { gateway, fetch }: ClientGateway,
  options: ConstructorParameters<typeof GraphQLClient>[1] = {},
) => new GraphQLClient(gateway.url, { fetch, ...options });

test('a query with variables resolves with the data', async () => {
  await using server = await startClientGateway();
  const data = await createClient(server).request<Contact>(contact, variables);
  expect(data).toEqual({ contact: { firstName: 'Ada', devices: { totalCount: 3 } } });
  expect(server.takeCalls().toSorted()).toEqual(['contact', 'devices']);
});

test('by default a query with a branch that fails rejects, with the code of the error and the rest of the data', async () => {
  await using server = await startClientGateway({ env: { SWITCHED_OFF: 'retry' } });
  server.emulator.control.fault({ path: '/devices', kind: 'status', status: 500 });
  const error: unknown = await createClient(server)
    .request(contact, variables)
    .catch((error: unknown) => error);
  expect(error instanceof ClientError && error.response).toMatchObject({
    status: 200,
    data: { contact: { firstName: 'Ada', devices: null } },
    errors: [{ path: ['contact', 'devices'], extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } }],
  });
});

test('with errorPolicy all, a query with a branch that fails has the rest of the data and the error', async () => {
  await using server = await startClientGateway({ env: { SWITCHED_OFF: 'retry' } });
  server.emulator.control.fault({ path: '/devices', kind: 'status', status: 500 });
  const { data, errors } = await createClient(server, { errorPolicy: 'all' }).rawRequest<Contact>(contact, variables);
  expect(data).toEqual({ contact: { firstName: 'Ada', devices: null } });
  expect(errors).toMatchObject([{ path: ['contact', 'devices'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
});

test('a document that is not valid rejects with its status, its code, and a message that names the field', async () => {
  await using server = await startClientGateway();
  const error: unknown = await createClient(server)
    .request('{ viewer { nickname } }')
    .catch((error: unknown) => error);
  expect(error instanceof ClientError && error.response).toMatchObject({
    status: 400,
    errors: [{ message: expect.stringContaining('nickname'), extensions: { code: 'BAD_USER_INPUT' } }],
  });
  expect(server.takeCalls()).toEqual([]);
});

test('batchRequests sends several operations in one request, where batches are permitted', async () => {
  await using server = await startClientGateway({ env: { MAX_BATCH: '10' } });
  const results = await createClient(server).batchRequests<[{ data: Contact }, { data: object }]>([
    { document: contact, variables },
    { document: list, variables: { first: 2 } },
  ]);
  expect(results).toMatchObject([
    { data: { contact: { firstName: 'Ada' } } },
    { data: { contacts: { nodes: [{}, {}] } } },
  ]);
  expect(server.takeRequests()).toHaveLength(1);
  expect(server.takeCalls().toSorted()).toEqual(['contact', 'contacts', 'devices']);
});

test('where batches are not permitted, batchRequests rejects with a status of 400 and a message that says so', async () => {
  await using server = await startClientGateway();
  const error: unknown = await createClient(server)
    .batchRequests<[{ data: object }]>([
      { document: contact, variables },
      { document: list, variables: { first: 2 } },
    ])
    .catch((error: unknown) => error);
  expect(error instanceof ClientError && error.response).toMatchObject({
    status: 400,
    body: expect.stringMatching(/batch/i),
  });
  expect(server.takeCalls()).toEqual([]);
});

test('a caller without calls left waits as docs/clients.md shows it, and then gets the data', async () => {
  const budget = { CALLS_PER_MINUTE: '60', CALLS_BURST_SECONDS: '1', MAX_UPSTREAM_CALLS: '2', SWITCHED_OFF: 'cache' };
  await using server = await startClientGateway({ env: budget });
  const statuses: number[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const response = await server.fetch(request);
    statuses.push(response.status);
    return response;
  });
  const client = createClient(server, { fetch: (input, init) => send(() => new Request(input, init), 5) });
  // Each of them costs two calls, and two calls are left at most.
  const documents = [contact, contact.replace('firstName', 'firstName lastName')];
  const results = await Promise.all(documents.map((document) => client.request<Contact>(document, variables)));
  expect(results).toMatchObject([
    { contact: { firstName: 'Ada' } },
    { contact: { firstName: 'Ada', lastName: 'Rossi' } },
  ]);
  expect(statuses).toContain(429);
  expect(statuses.filter((status) => status === 200)).toHaveLength(2);
});
