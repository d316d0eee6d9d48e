// Where no documents are stored, a request that names one, or that is a list of operations, gets the answer with which Apollo
// Client, urql and Relay go on: they send the whole document, one operation for each request.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFastPath } from '../../src/http/fast-path.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGateway, toAnswer } from '../support/gateway.ts';

let stack: TestGateway;
const servers: Record<string, HttpServer> = {};
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 10 }, env: { APQ: 'false' } });
  servers['the fast path'] = await startHttpServer(createFastPath(stack.gateway), '127.0.0.1', 0);
  servers['the Yoga path'] = await startHttpServer(stack.gateway, '127.0.0.1', 0);
});
afterAll(async () => {
  for (const server of Object.values(servers)) await server.stop(0);
  await stack.close();
});

const paths = ['the fast path', 'the Yoga path'];
const persistedQuery = { version: 1, sha256Hash: 'canary'.padEnd(64, '0') };
const modern = 'application/graphql-response+json, application/json;q=0.9';

function post(path: string, body: unknown, accept = 'application/json') {
  return fetch(`${servers[path]?.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify(body),
  }).then(toAnswer);
}

function get(path: string, parameters: Record<string, string>, headers: Record<string, string> = {}) {
  return fetch(`${servers[path]?.url}/graphql?${new URLSearchParams(parameters)}`, { headers }).then(toAnswer);
}

/** What PersistedQueryLink of Apollo Client looks for, and persistedExchange of urql: the code or the message. */
function expectFallback({ errors, data, text }: Awaited<ReturnType<typeof post>>) {
  expect(data).toBeNull();
  expect(errors).toMatchObject([
    { message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED', retryable: false } },
  ]);
  expect(text).not.toContain('canary');
}

describe.each(paths)('on %s', (path) => {
  test.each([
    ['the hash of Apollo Client and urql', { operationName: 'A', variables: {}, extensions: { persistedQuery } }],
    ['a hash beside a query that is null', { query: null, extensions: { persistedQuery } }],
    ['a hash beside an empty query', { query: '', extensions: { persistedQuery } }],
    ['the doc_id of Relay', { doc_id: 'canary', variables: {} }],
    ['the id of Relay', { id: 'canary', variables: {} }],
    ['the docId of Relay', { docId: 'canary' }],
    ['the queryId of Relay', { queryId: 'canary' }],
    ['the documentId of GraphQL over HTTP', { documentId: 'sha256:canary' }],
    ['a number as an id', { id: 7 }],
  ])('a POST with %s makes the client send the whole document', async (_, body) => {
    const legacy = await post(path, body);
    expectFallback(legacy);
    expect(legacy.status).toBe(200);
    const answer = await post(path, body, modern);
    expectFallback(answer);
    expect(answer.status).toBe(400);
  });

  test.each([
    [{ extensions: JSON.stringify({ persistedQuery }) }],
    [{ operationName: 'A', variables: '{}', extensions: JSON.stringify({ persistedQuery }) }],
    [{ query: '', extensions: JSON.stringify({ persistedQuery }) }],
    [{ documentId: 'canary' }],
    [{ doc_id: 'canary' }],
    [{ id: 'canary' }],
  ])(
    'a GET with the parameters %j makes the client send the whole document, with the CSRF header or without',
    async (parameters) => {
      for (const headers of [{}, { 'apollo-require-preflight': 'true' }])
        expectFallback(await get(path, parameters, headers));
    },
  );

  test('a document that comes with its hash is executed', async () => {
    const { status, data } = await post(path, { query: '{ viewer { scopes } }', extensions: { persistedQuery } });
    expect(status).toBe(200);
    expect(data.viewer.scopes.length).toBeGreaterThan(0);
  });

  test.each([
    ['no document and no id', {}],
    ['extensions of another kind', { extensions: { canary: 1 } }],
    ['an id that is null', { id: null }],
  ])('a request with %s has the error of a request without a document', async (_, body) => {
    const { status, errors } = await post(path, body, modern);
    expect([status, errors.map(({ extensions }) => extensions['code'])]).toEqual([400, ['BAD_USER_INPUT']]);
  });

  test.each([
    ['two operations', [{ query: '{ viewer { scopes } }' }, { query: '{ viewer { scopes } }' }]],
    ['one operation', [{ query: '{ viewer { scopes } }' }]],
    ['hashes', [{ extensions: { persistedQuery } }]],
    ['nothing', []],
    ['lists', [[]]],
  ])('a batch of %s is a 400 that says how to send it', async (_, body) => {
    for (const accept of ['application/json', modern]) {
      const { status, errors, data } = await post(path, body, accept);
      expect([status, data]).toEqual([400, null]);
      expect(errors).toMatchObject([
        {
          message: 'A request holds one operation. Send the operations of a batch as requests of their own.',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ]);
    }
  });
});
