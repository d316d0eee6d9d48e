import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFastPath } from '../../src/http/fast-path.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { type JwtGateway, startJwtGateway } from '../support/jwt-gateway.ts';
import { ada, json, type ReceivedResponse, type RequestOptions, send } from './exact-request.ts';

/** Two servers for one gateway, one for each path. */
type Paths = { yoga: HttpServer; fast: HttpServer };

let paths: Paths;
/** A gateway that requires a token. */
let jwtPaths: Paths;
let stack: TestGateway;
let jwt: JwtGateway;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 20 }, env: { PUBLIC_SCHEMA: 'false', EXPLAIN: 'true' } });
  jwt = await startJwtGateway();
  const both = async (gateway: TestGateway['gateway']) => ({
    yoga: await startHttpServer(gateway.yogaPath, '127.0.0.1', 0),
    fast: await startHttpServer(createFastPath(gateway), '127.0.0.1', 0),
  });
  [paths, jwtPaths] = [await both(stack.gateway), await both(jwt.gateway)];
});
afterAll(async () => {
  for (const { yoga, fast } of [paths, jwtPaths]) await Promise.all([yoga.stop(0), fast.stop(0)]);
  await stack.close();
  await jwt.close();
});

/** Expects equal responses on both paths, twice on the fast path: it executes a document differently the second time. */
async function expectEqualResponses(sent: RequestOptions, at = paths): Promise<ReceivedResponse> {
  const [first, yoga, second] = [await send(at.fast, sent), await send(at.yoga, sent), await send(at.fast, sent)];
  expect(first).toEqual(yoga);
  expect(second).toEqual(yoga);
  return first;
}

describe('both paths give the same response, in status, headers and body', () => {
  test.each<[string, RequestOptions]>([
    ['a query', { body: json({ query: ada }) }],
    ['a query in chunks without a declared length', { body: json({ query: ada }), chunked: true }],
    [
      'a query with all parameters',
      {
        body: json({
          query: `query A { viewer { scopes } } query B ${ada}`,
          operationName: 'B',
          variables: {},
          extensions: {},
        }),
      },
    ],
    [
      'parameters that are null',
      { body: json({ query: ada, operationName: null, variables: null, extensions: null }) },
    ],
    ['text beyond ASCII', { body: json({ query: '{ contactExists(by: {username: "žluťoučký 🐎"}) }' }) }],
    ['a field that fails', { body: json({ query: '{ contacts(first: 0) { totalCount } viewer { scopes } }' }) }],
    [
      'a mutation with a user error',
      { body: json({ query: 'mutation { updateContact(input: {id: "x"}) { userErrors { code } } }' }) },
    ],
    ['a document with a syntax error', { body: json({ query: '{' }) }],
    ['an empty document', { body: json({ query: '' }) }],
    ['a document that is not valid for the schema', { body: json({ query: '{ nothing }' }) }],
    ['introspection', { body: json({ query: '{ __schema { types { name } } }' }) }],
    [
      'a variable of the wrong type',
      { body: json({ query: 'query ($n: Int!) { contacts(first: $n) { totalCount } }', variables: { n: 'x' } }) },
    ],
    ['an operation name that the document does not have', { body: json({ query: ada, operationName: 'Other' }) }],
    ['a subscription', { body: json({ query: 'subscription { a }' }) }],
    ['a document that is too long', { body: json({ query: `{ viewer { scopes } } #${'x'.repeat(15_000)}` }) }],
    ['a document that is too deep', { body: json({ query: '{'.repeat(200) }) }],
    ['no query', { body: json({ variables: {} }) }],
    ['a query that is not a string', { body: json({ query: 1 }) }],
    ['variables that are a list', { body: json({ query: ada, variables: [] }) }],
    ['extensions that are a string', { body: json({ query: ada, extensions: 'a' }) }],
    ['an operation name that is a number', { body: json({ query: ada, operationName: 1 }) }],
    ['an unknown parameter', { body: json({ query: ada, canary: 1 }) }],
    ['a parameter with the name __proto__', { body: '{"query":"{ __typename }","__proto__":{"a":1}}' }],
    ['a batch', { body: json([{ query: ada }]) }],
    ['null', { body: 'null' }],
    ['an empty body', {}],
    ['broken JSON', { body: '{"query": "{' }],
    ['JSON after a byte order mark', { body: `\ufeff${json({ query: ada })}` }],
    ['a body that is not UTF-8', { body: Buffer.from('{"query":"{ __typename } #\xff"}', 'latin1') }],
    ['a compressed body', { body: gzipSync(json({ query: ada })), headers: { 'content-encoding': 'gzip' } }],
    ['a body that is too long', { body: json({ query: ada, variables: { a: 'x'.repeat(1_000_001) } }) }],
    ['another path', { path: '/graphql/', body: json({ query: ada }) }],
    ['a query in the URL', { path: '/graphql?query={__typename}', body: json({ query: ada }) }],
    ['another Host header', { headers: { host: 'elsewhere.example' }, body: json({ query: ada }) }],
    ['an Origin header', { headers: { origin: 'https://evil.example' }, body: json({ query: ada }) }],
  ])('both paths give the same response to %s', async (_, sent) => {
    await expectEqualResponses(sent);
    const accept = 'application/graphql-response+json';
    await expectEqualResponses({ ...sent, headers: { ...sent.headers, accept } });
  });

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json; charset=utf-16',
    'application/json;charset=utf-8',
    'APPLICATION/JSON',
    '*/*',
    'application/*',
    'application/graphql-response+json, application/json;q=0.9',
    'application/json;q=0.1, application/graphql-response+json',
    'text/html',
    'text/html, */*;q=0.1',
    'multipart/mixed, application/json',
    'text/event-stream',
    '',
    ',',
    'application/json,',
    `application/json${', */*'.repeat(100)}`,
  ])('both paths give the same response to a client that accepts %j', async (accept) => {
    await expectEqualResponses({ headers: { accept }, body: json({ query: ada }) });
    await expectEqualResponses({ headers: { accept }, body: json({ query: '{' }) });
  });

  test.each([
    'application/json;charset=utf-8',
    'application/json; charset="UTF-8"',
    'application/json; charset=utf-16',
    'text/plain',
    'application/graphql',
    '',
  ])('both paths give the same response to a body of the type %j', async (contentType) => {
    await expectEqualResponses({ headers: { 'content-type': contentType }, body: json({ query: ada }) });
  });

  test.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])(
    'both paths give the same response to the method %s',
    async (method) => {
      await expectEqualResponses({ method });
    },
  );

  test('both paths give the same explanation of an operation, except for its times', async () => {
    const { body } = await expectEqualExcept(/"(?:startedMs|ms)":[\d.]+/g, {
      body: json({ query: '{ viewer { scopes } }', extensions: { explain: true } }),
    });
    expect(body).toContain('"explain"');
  });

  async function expectEqualExcept(pattern: RegExp, sent: RequestOptions): Promise<ReceivedResponse> {
    const [yoga, fast] = [await send(paths.yoga, sent), await send(paths.fast, sent)];
    expect(fast.body.replace(pattern, '')).toBe(yoga.body.replace(pattern, ''));
    return fast;
  }

  test.each([
    {},
    { authorization: 'Bearer x' },
    { authorization: 'Basic YTpi' },
    { authorization: `Bearer ${'x'.repeat(9_000)}` },
  ])('both paths refuse a request that is not authenticated with the same response: %j', async (headers) => {
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const { status } = await expectEqualResponses(
        { headers: { ...headers, accept }, body: json({ query: ada }) },
        jwtPaths,
      );
      expect(status).toBe(401);
    }
  });
});

describe('request ids', () => {
  test('the request id of a client is used on both paths when it is safe in headers and logs, and replaced otherwise', async () => {
    for (const path of [paths.yoga, paths.fast]) {
      const requestIdFor = async (id: string) =>
        (await send(path, { headers: { 'x-request-id': id }, body: json({ query: '{' }) })).headers['x-request-id'];
      expect(await requestIdFor('trace-1')).toBe('trace-1');
      for (const id of ['a b', 'x'.repeat(65), '']) expect(await requestIdFor(id)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

test('responses on both paths forbid shared caches to keep them', async () => {
  for (const path of [paths.yoga, paths.fast]) {
    const { headers } = await send(path, { body: json({ query: ada }) });
    expect(headers['cache-control']).toBe('private, no-store');
  }
});
