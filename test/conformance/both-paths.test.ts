import { once } from 'node:events';
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { createFastPath } from '../../src/http/fast-path.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { type JwtGateway, startJwtGateway } from '../support/jwt-gateway.ts';

/** Of one gateway, by Yoga's own door and by ours. */
let doors: { yoga: HttpServer; own: HttpServer };
let strict: { yoga: HttpServer; own: HttpServer };
let stack: TestGateway;
let jwt: JwtGateway;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 20 }, env: { PUBLIC_SCHEMA: 'false', EXPLAIN: 'true' } });
  jwt = await startJwtGateway();
  const both = async (gateway: TestGateway['gateway']) => ({
    yoga: await startHttpServer(gateway, '127.0.0.1', 0),
    own: await startHttpServer(createFastPath(gateway), '127.0.0.1', 0),
  });
  [doors, strict] = [await both(stack.gateway), await both(jwt.gateway)];
});
afterAll(async () => {
  for (const { yoga, own } of [doors, strict]) await Promise.all([yoga.stop(0), own.stop(0)]);
  await stack.close();
  await jwt.close();
});

type Sent = {
  method?: string;
  path?: string;
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer;
  chunked?: boolean;
};
type Got = { status: number | undefined; message: string | undefined; headers: IncomingHttpHeaders; body: string };

/** One request as it is, over a socket of its own. */
async function send(
  { url }: HttpServer,
  { method = 'POST', path = '/graphql', headers, body = '', chunked }: Sent,
): Promise<Got> {
  const length = chunked ? {} : { 'content-length': Buffer.byteLength(body) };
  const given = { 'content-type': 'application/json', 'x-request-id': 'given', ...length, ...headers };
  const call = request(`${url}${path}`, { method, headers: given, agent: false });
  call.on('error', () => undefined); // of a body that nobody wants to have whole
  call.end(body);
  const [response] = await once(call, 'response');
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  const { date: _, ...rest } = response.headers;
  return { status: response.statusCode, message: response.statusMessage, headers: rest, body: text };
}

/** Twice by our own, which knows a document when it comes again. */
async function expectAlike(sent: Sent, at = doors): Promise<Got> {
  const [own, yoga, again] = [await send(at.own, sent), await send(at.yoga, sent), await send(at.own, sent)];
  expect(own).toEqual(yoga);
  expect(again).toEqual(yoga);
  return own;
}

const ada = `{ contact(by: {cid: "${demo.contactId}"}) { firstName devices { totalCount } } }`;
const json = (params: unknown) => JSON.stringify(params);

describe('both doors give the same answer, in status, headers and body, to', () => {
  test.each<[string, Sent]>([
    ['a query', { body: json({ query: ada }) }],
    ['one in pieces of no told length', { body: json({ query: ada }), chunked: true }],
    [
      'one with all parameters',
      {
        body: json({
          query: `query A { viewer { scopes } } query B ${ada}`,
          operationName: 'B',
          variables: {},
          extensions: {},
        }),
      },
    ],
    ['nulls for parameters', { body: json({ query: ada, operationName: null, variables: null, extensions: null }) }],
    ['text beyond ASCII', { body: json({ query: '{ contactExists(by: {username: "žluťoučký 🐎"}) }' }) }],
    ['a field that fails', { body: json({ query: '{ contacts(first: 0) { totalCount } viewer { scopes } }' }) }],
    [
      'a mutation with something to mend',
      { body: json({ query: 'mutation { updateContact(input: {id: "x"}) { userErrors { code } } }' }) },
    ],
    ['a document that is none', { body: json({ query: '{' }) }],
    ['an empty document', { body: json({ query: '' }) }],
    ['a document that does not fit', { body: json({ query: '{ nothing }' }) }],
    ['introspection', { body: json({ query: '{ __schema { types { name } } }' }) }],
    [
      'a variable that does not fit',
      { body: json({ query: 'query ($n: Int!) { contacts(first: $n) { totalCount } }', variables: { n: 'x' } }) },
    ],
    ['an operation that is not there', { body: json({ query: ada, operationName: 'Nobody' }) }],
    ['a subscription', { body: json({ query: 'subscription { a }' }) }],
    ['a document that is too long', { body: json({ query: `{ viewer { scopes } } #${'x'.repeat(15_000)}` }) }],
    ['a document that is too deep', { body: json({ query: '{'.repeat(200) }) }],
    ['no query', { body: json({ variables: {} }) }],
    ['a query that is no text', { body: json({ query: 1 }) }],
    ['variables that are a list', { body: json({ query: ada, variables: [] }) }],
    ['extensions that are text', { body: json({ query: ada, extensions: 'a' }) }],
    ['an operation name that is a number', { body: json({ query: ada, operationName: 1 }) }],
    ['a parameter that nobody knows', { body: json({ query: ada, canary: 1 }) }],
    ['a parameter that is a prototype', { body: '{"query":"{ __typename }","__proto__":{"a":1}}' }],
    ['a batch', { body: json([{ query: ada }]) }],
    ['null', { body: 'null' }],
    ['nothing', {}],
    ['broken JSON', { body: '{"query": "{' }],
    ['JSON behind a byte order mark', { body: `\ufeff${json({ query: ada })}` }],
    ['what is no UTF-8', { body: Buffer.from('{"query":"{ __typename } #\xff"}', 'latin1') }],
    ['a compressed body', { body: gzipSync(json({ query: ada })), headers: { 'content-encoding': 'gzip' } }],
    ['a body that is too long', { body: json({ query: ada, variables: { a: 'x'.repeat(1_000_001) } }) }],
    ['another path', { path: '/graphql/', body: json({ query: ada }) }],
    ['a query in the address', { path: '/graphql?query={__typename}', body: json({ query: ada }) }],
    ['another host', { headers: { host: 'elsewhere.example' }, body: json({ query: ada }) }],
    ['an origin', { headers: { origin: 'https://evil.example' }, body: json({ query: ada }) }],
  ])('%s', async (_, sent) => {
    await expectAlike(sent);
    const accept = 'application/graphql-response+json';
    await expectAlike({ ...sent, headers: { ...sent.headers, accept } });
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
  ])('a client that accepts %j', async (accept) => {
    await expectAlike({ headers: { accept }, body: json({ query: ada }) });
    await expectAlike({ headers: { accept }, body: json({ query: '{' }) });
  });

  test.each([
    'application/json;charset=utf-8',
    'application/json; charset="UTF-8"',
    'application/json; charset=utf-16',
    'text/plain',
    'application/graphql',
    '',
  ])('a body of the type %j', async (contentType) => {
    await expectAlike({ headers: { 'content-type': contentType }, body: json({ query: ada }) });
  });

  test.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('the method %s', async (method) => {
    await expectAlike({ method });
  });

  test('what says how it was answered', async () => {
    const { body } = await expectAlikeBut(/"(?:startedMs|ms)":[\d.]+/g, {
      body: json({ query: '{ viewer { scopes } }', extensions: { explain: true } }),
    });
    expect(body).toContain('"explain"');
  });

  async function expectAlikeBut(pattern: RegExp, sent: Sent): Promise<Got> {
    const [yoga, own] = [await send(doors.yoga, sent), await send(doors.own, sent)];
    expect(own.body.replace(pattern, '')).toBe(yoga.body.replace(pattern, ''));
    return own;
  }

  test.each([
    {},
    { authorization: 'Bearer x' },
    { authorization: 'Basic YTpi' },
    { authorization: `Bearer ${'x'.repeat(9_000)}` },
  ])('somebody who is not known: %j', async (headers) => {
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const { status } = await expectAlike({ headers: { ...headers, accept }, body: json({ query: ada }) }, strict);
      expect(status).toBe(401);
    }
  });
});

describe('each request has an id', () => {
  test('its own, if that is harmless', async () => {
    for (const door of [doors.yoga, doors.own]) {
      const idOf = async (given: string) =>
        (await send(door, { headers: { 'x-request-id': given }, body: json({ query: '{' }) })).headers['x-request-id'];
      expect(await idOf('trace-1')).toBe('trace-1');
      for (const given of ['a b', 'x'.repeat(65), '']) expect(await idOf(given)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

test('only what is unusual goes on to the other door', async () => {
  const left: string[] = [];
  const { finish, getResultForParams, documents, execute, sharesOperations, logShared } = stack.gateway;
  const { authenticateRequest, startOperation } = stack.gateway;
  const watched = Object.assign(() => void left.push('whole'), {
    ...{ finish, getResultForParams, documents, execute, sharesOperations, logShared },
    ...{ authenticateRequest, startOperation, foreignPlugins: [] },
    fetch: (...sent: Parameters<TestGateway['gateway']['fetch']>) => {
      left.push('read');
      return stack.gateway.fetch(...sent);
    },
  }) as unknown as TestGateway['gateway']; // as much of one as the door uses
  const own = await startHttpServer(createFastPath(watched), '127.0.0.1', 0);
  const usual = [ada, '{', '{ nothing }', '{ contacts(first: 0) { totalCount } }'];
  for (const query of usual) await send(own, { body: json({ query }) });
  expect(left).toEqual([]);
  await send(own, { body: '[]' });
  expect(left).toEqual(['read']);
  await own.stop(0);
});

test('nobody on the way may keep an answer', async () => {
  for (const door of [doors.yoga, doors.own]) {
    const { headers } = await send(door, { body: json({ query: ada }) });
    expect(headers['cache-control']).toBe('private, no-store');
  }
});
