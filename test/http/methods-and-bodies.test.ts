import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFastPath } from '../../src/http/fast-path.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGateway, toAnswer } from '../support/gateway.ts';

let stack: TestGateway;
let server: HttpServer;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 10 } });
  server = await startHttpServer(createFastPath(stack.gateway), '127.0.0.1', 0);
});
beforeEach(() => {
  stack.logged.length = 0;
});
afterAll(async () => {
  await server.stop(0);
  await stack.close();
});

const get = (
  parameters: Record<string, string>,
  headers: Record<string, string> = { 'apollo-require-preflight': '1' },
) => fetch(`${server.url}/graphql?${new URLSearchParams(parameters)}`, { headers });

const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

const viewer = '{ viewer { scopes } }';

describe('GET', () => {
  test('a GET executes queries, and refuses a mutation with 405', async () => {
    const refused = await get({ query: 'mutation { deleteContact(cid: "a") { cid } }' });
    expect(refused.status).toBe(405);
    expect(refused.headers.get('allow')).toBe('POST');
    expect((await toAnswer(refused)).data).toBeNull();
    expect((await get({ query: viewer })).status).toBe(200);
  });

  test.each([{}, { accept: 'application/json' }, { 'x-requested-with': 'canary' }])(
    'a GET without the header against CSRF, with the headers %j, is refused before anything is executed',
    async (headers) => {
      const { status, errors, data } = await toAnswer(await get({ query: viewer }, headers));
      expect([status, errors[0]?.extensions['code'], data]).toEqual([403, 'FORBIDDEN', null]);
      expect(stack.logged.join('')).not.toContain('"operation":"query"');
    },
  );

  test.each([
    { query: viewer, variables: 'canary' },
    { query: viewer, extensions: '{"canary' },
    { query: viewer, variables: '["canary"]' },
    { variables: '{"canary":1}' },
    { query: 'canary' },
    { query: viewer, operationName: 'canary' },
  ])('a GET with the invalid parameters %j is refused, and they are not quoted', async (parameters) => {
    const { status, errors, text } = await toAnswer(await get(parameters));
    expect(status).toBeLessThan(500);
    expect(errors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    expect(text + stack.logged.join('')).not.toContain('canary');
  });
});

test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'])(
  'the method %s is answered with a 405 that names the allowed methods',
  async (method) => {
    const response = await new Promise<{ status: number | undefined; allow: string | undefined }>((resolve, reject) => {
      request(`${server.url}/graphql`, { method, headers: { 'graphql-require-preflight': '1' } }, (message) => {
        message.resume();
        resolve({ status: message.statusCode, allow: message.headers.allow });
      })
        .on('error', reject)
        .end();
    });
    expect(response).toEqual({ status: 405, allow: 'GET, POST' });
  },
);

describe('a client that accepts application/graphql-response+json', () => {
  const accept = { accept: 'application/graphql-response+json' };

  test.each([
    ['a document that is not valid for the schema', { query: '{ nothing }' }],
    ['a document with a syntax error', { query: '{' }],
    [
      'a variable of the wrong type',
      { query: 'query ($n: Int!) { contacts(first: $n) { totalCount } }', variables: { n: 'x' } },
    ],
  ])(
    'a client that accepts application/graphql-response+json gets a 400 for %s, and another client a 200',
    async (_, body) => {
      expect((await post(JSON.stringify(body), accept)).status).toBe(400);
      expect((await post(JSON.stringify(body))).status).toBe(200);
    },
  );

  test('a client that accepts application/graphql-response+json gets a 200 for a response with a failed field', async () => {
    const body = JSON.stringify({ query: '{ contacts(first: 0) { totalCount } viewer { scopes } }' });
    const { status, data, errors } = await toAnswer(await post(body, accept));
    expect(status).toBe(200);
    expect(data).toMatchObject({ contacts: null, viewer: { scopes: expect.any(Array) } });
    expect(errors).toMatchObject([{ path: ['contacts'] }]);
  });
});

test.each(['/x', '/graphql/x', '/livez/x'])('there is no HTML page at %s', async (path) => {
  const response = await fetch(`${server.url}${path}`, { headers: { accept: 'text/html' } });
  expect([response.status, await response.text()]).toEqual([404, '']);
});

test.each(['variables', 'extensions'])(
  'a GET whose %s are not JSON is answered with a 400 for every media type',
  async (name) => {
    const query = `query=${encodeURIComponent('{ __typename }')}&${name}=${encodeURIComponent('{"canary')}`;
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const response = await stack.gateway.fetch(`http://gateway/graphql?${query}`, {
        headers: { accept, 'graphql-require-preflight': '1' },
      });
      expect(response.status).toBe(400);
      expect(await response.text()).not.toContain('canary');
    }
  },
);
