import { tracingChannel } from 'node:diagnostics_channel';
import { getIntrospectionQuery, parse } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createDoor } from '../../src/door/door.ts';
import { type Listening, listen } from '../../src/listen.ts';
import { createLog } from '../../src/log.ts';
import { countComparisons } from '../../src/plugins/comparison-count.ts';
import { weighDocument } from '../../src/plugins/document-weight.ts';
import { createDocuments } from '../../src/plugins/documents.ts';
import { readExamples } from '../../src/plugins/graphiql/examples.ts';
import { createGateway } from '../../src/server.ts';
import { startGateway, type TestGateway, toAnswer } from '../support/gateway.ts';
import { type JwtGateway, startJwtGateway } from '../support/jwt-gateway.ts';
import { notDemo } from '../support/sessions.ts';

let jwt: JwtGateway;
/** Customer sessions are configured, so that a request without an access token is an anonymous caller. */
let sessions: TestGateway;
let open: TestGateway;
const servers: Listening[] = [];
/** Of each gateway, the address of its fast path, and of the Yoga path alone. */
const urls = new Map<unknown, { fast: string; yoga: string }>();

/** What graphql has done since the test began, from its diagnostics channels. */
const done = { parse: 0, validate: 0 };
const watching = (['parse', 'validate'] as const).map((step) => {
  const channel = tracingChannel(`graphql:${step}`);
  const count = () => {
    done[step] += 1;
  };
  channel.start.subscribe(count);
  return () => channel.start.unsubscribe(count);
});

beforeAll(async () => {
  [jwt, sessions, open] = await Promise.all([
    startJwtGateway({ NODE_ENV: 'production' }),
    startGateway({ env: notDemo(), emulator: { contacts: 10 } }),
    startGateway({ emulator: { contacts: 10 } }),
  ]);
  for (const { gateway } of [jwt, sessions, open]) {
    const [fast, yoga] = [await listen(createDoor(gateway), '127.0.0.1', 0), await listen(gateway, '127.0.0.1', 0)];
    servers.push(fast, yoga);
    urls.set(gateway, { fast: fast.url, yoga: yoga.url });
  }
});
beforeEach(() => Object.assign(done, { parse: 0, validate: 0 }));
afterAll(async () => {
  for (const stop of watching) stop();
  for (const server of servers) await server.stop(0);
  for (const stack of [jwt, sessions, open]) await stack.close();
});

type Path = 'fast' | 'yoga';
const paths: readonly Path[] = ['fast', 'yoga'];

async function post(
  { gateway }: { gateway: TestGateway['gateway'] },
  path: Path,
  body: object,
  headers: Record<string, string> = {},
) {
  const response = await fetch(`${urls.get(gateway)?.[path]}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body: JSON.stringify(body),
  });
  return toAnswer(response);
}

const times = (count: number, text: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => text(n)).join(' ');

const malformed = {
  'a syntax error': '{',
  'an unknown field': '{ nothing }',
  'a document that is too long': `{ __typename } #${'x'.repeat(15_000)}`,
  'a document that is too deep': '{'.repeat(200),
  'a valid document': '{ __typename }',
};

describe.each(paths)('on the %s path, a request without a valid access token', (path) => {
  test.each(Object.entries(malformed))('costs no parse and is a 401, with %s', async (_, query) => {
    for (const headers of [{}, { authorization: 'Bearer no.such.token' }]) {
      const { status, errors, headers: sent } = await post(jwt, path, { query }, headers as Record<string, string>);
      expect(status).toBe(401);
      expect(errors).toMatchObject([
        {
          message: 'Send a valid access token as "Authorization: Bearer <token>".',
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ]);
      expect(sent.get('www-authenticate')).toBe('Bearer');
    }
    expect(done).toEqual({ parse: 0, validate: 0 });
    expect(jwt.gateway.documents.load()).toEqual({ documents: 0, bytes: 0 });
    expect(jwt.emulator.control.calls()).toEqual([]);
  });
});

test('a GET without an access token costs no parse and is a 401, after the check of its CSRF header', async () => {
  const get = (headers: Record<string, string>) => fetch(`${urls.get(jwt.gateway)?.yoga}/graphql?query={`, { headers });
  expect((await get({})).status).toBe(403);
  expect((await get({ 'graphql-require-preflight': '1' })).status).toBe(401);
  expect(done).toEqual({ parse: 0, validate: 0 });
});

describe.each(paths)('on the %s path, nothing is kept of a refused document', (path) => {
  test.each<[string, (n: number) => object]>([
    ['a syntax error', (n) => ({ query: `{ n${n}` })],
    ['an unknown field', (n) => ({ query: `{ n${n} }` })],
    ['conflicting fields', (n) => ({ query: `{ a${n}: contact(by: {cid: "a"}) { cid } a${n}: viewer { scopes } }` })],
    ['too many comparisons', (n) => ({ query: `{ a${n}: __typename ${'__typename '.repeat(500)} }` })],
    ['too many tokens', (n) => ({ query: `{ a${n}: nodes(ids: [${'1 '.repeat(5_000)}]) { id } }` })],
    [
      'an operation name that it does not have',
      (n) => ({ query: `query Q${n} { __typename }`, operationName: 'other' }),
    ],
  ])('with %s', async (_, paramsOf) => {
    const before = open.gateway.documents.load();
    for (let n = 0; n < 20; n += 1) {
      const { data, errors } = await post(open, path, paramsOf(n));
      expect(data).toBeNull();
      expect(errors.length).toBeGreaterThan(0);
    }
    expect(open.gateway.documents.load()).toEqual(before);
  });
});

test('a document that is executed is parsed and validated once, whatever its caller sends meanwhile', async () => {
  const query = '{ viewer { scopes } once: __typename }';
  for (const path of paths) expect((await post(open, path, { query })).status).toBe(200);
  for (let n = 0; n < 5; n += 1) await post(open, 'fast', { query: `{ unknown${n} }` });
  for (const path of paths) expect((await post(open, path, { query })).status).toBe(200);
  expect(done).toEqual({ parse: 6, validate: 6 });
});

test.each(paths)('on the %s path, validation stops at five errors and tells no more', async (path) => {
  const { errors } = await post(open, path, { query: `{ ${times(1_000, (n) => `a${n}`)} }` });
  expect(errors).toHaveLength(5);
});

test.each(paths)('on the %s path, coercion of variables stops at five errors and tells no more', async (path) => {
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
  const { data, errors } = await post(open, path, { query, variables: { ids: Array(100).fill({}) } });
  expect(data).toBeNull();
  expect(errors).toHaveLength(5);
  for (const { message } of errors) expect(message).toContain('$ids');
});

test('the documents that are kept are bounded by their number and by their memory', () => {
  const documents = createDocuments();
  const short = (n: number) => `{ n${n} }`;
  for (let n = 0; n < 1_500; n += 1) documents.keep(short(n), parse(short(n)));
  expect(documents.load().documents).toBe(1_000);
  expect(documents.find(short(0))).toBeUndefined();
  expect(documents.find(short(1_499))).toBeDefined();
  const long = (n: number) => `{ n${n} ${'a '.repeat(4_000)} }`;
  for (let n = 0; n < 20; n += 1) documents.keep(long(n), parse(long(n)));
  expect(documents.load().documents).toBeLessThan(20);
  expect(documents.load().bytes).toBeLessThanOrEqual(16_000_000);
});

test('the weight of a document counts its comments', () => {
  const comments = '#\n'.repeat(1_000);
  expect(weighDocument(parse(`{ a } ${comments}`))).toBeGreaterThan(weighDocument(parse('{ a }')) + 90 * 1_000);
});

describe('the number of comparisons that validation may make', () => {
  const limit = 10_000;
  const bombs: Record<string, string> = {
    'the same field': `{ ${'viewer { scopes } '.repeat(800)} }`,
    'the same field with other arguments': `{ ${times(300, (n) => `contact(by: {cid: "${n}"}) { cid }`)} }`,
    'the same fields below the same field': `{ ${'viewer { scopes scopes scopes } '.repeat(400)} }`,
    'fragments at one place': `{ viewer { ${times(200, (n) => `...F${n}`)} } } ${times(200, (n) => `fragment F${n} on Viewer { a${n}: scopes }`)}`,
    'a chain of fragments': `{ viewer { ...F0 } } ${times(250, (n) => `fragment F${n} on Viewer { a${n}: scopes ...F${n + 1} }`)} fragment F250 on Viewer { scopes }`,
    'operations that use the same fragments': `${times(150, (n) => `query Q${n} { ...F0 }`)} ${times(100, (n) => `fragment F${n} on Query { ...F${n + 1} }`)} fragment F100 on Query { __typename }`,
    'inline fragments': `{ ${times(200, (n) => `... on Query { viewer { scopes } a${n}: __typename }`)} }`,
  };

  const operationNameOf = (query: string) => /query (\w+)/.exec(query)?.[1];

  test.each(Object.entries(bombs))('refuses a document with %s before it is validated', async (_, query) => {
    for (const path of paths) {
      const { status, errors } = await post(open, path, { query, operationName: operationNameOf(query) });
      expect(status).toBe(400);
      expect(errors).toMatchObject([
        { message: expect.stringContaining('10000 comparisons'), extensions: { code: 'QUERY_TOO_EXPENSIVE' } },
      ]);
    }
    expect(done).toEqual({ parse: 2, validate: 0 });
    // Counting itself stops near the limit: one group of fields, or one fragment's fields, is added at once.
    expect(countComparisons(parse(query), limit)).toBeLessThan(330_000);
  });

  const contacts = times(
    80,
    (n) => `a${n}: contact(by: {cid: $cid}) { cid firstName lastName preferredLocation { id } }`,
  );
  const fragments = times(
    20,
    (n) => `fragment F${n} on Contact { cid firstName lastName a${n}: externalIds { extId } }`,
  );
  const legitimate: Record<string, string> = {
    ...Object.fromEntries(readExamples().map(({ query }, n) => [`example ${n}`, query])),
    introspection: getIntrospectionQuery(),
    'many aliases': `query ($cid: ID!) { ${contacts} }`,
    'a page of components': `query ($cid: ID!) { contact(by: {cid: $cid}) { ${times(20, (n) => `...F${n}`)} } } ${fragments}`,
  };

  test.each(Object.entries(legitimate))('lets a client send %s', (_, query) => {
    expect(countComparisons(parse(query), limit)).toBeLessThan(limit / 2);
  });

  test('lets a client send a formatted document of 15,000 characters', async () => {
    const field = (n: number) =>
      `\n  alias${n}: contact(by: { cid: $cid }) {\n    firstName\n    lastName\n    language\n  }`;
    const query = `query ManyAliases($cid: ID!) {${times(180, field)}\n}`.slice(0, 15_000);
    const whole = `${query.slice(0, query.lastIndexOf('\n  alias'))}\n}`;
    expect(whole.length).toBeGreaterThan(14_500);
    expect(countComparisons(parse(whole, { maxTokens: 5_000 }), limit)).toBeLessThan(limit / 2);
  });
});

describe.each(paths)('on the %s path, an anonymous caller', (path) => {
  test('starts a session and reads the public schema, and no document of it is kept', async () => {
    const start = 'mutation { startContactSession(input: {token: "x"}) { userErrors { code } } }';
    const before = sessions.gateway.documents.load();
    for (const query of [start, getIntrospectionQuery(), '{ __typename }']) {
      const { status, data } = await post(sessions, path, { query });
      expect(status).toBe(200);
      expect(data).not.toBeNull();
    }
    expect((await post(sessions, path, { query: '{ viewer { scopes } }' })).status).toBe(401);
    expect(sessions.gateway.documents.load()).toEqual(before);
  });

  test('sends at most 4,000 characters and 1,000 tokens', async () => {
    const long = await post(sessions, path, { query: `{ __typename } #${'x'.repeat(4_000)}` });
    expect(long.status).toBe(413);
    expect(long.errors[0]?.message).toContain('4000');
    expect(done.parse).toBe(0);
    const many = await post(sessions, path, { query: `{ ${'a '.repeat(1_000)} }` });
    expect(many.status).toBe(400);
    expect(many.errors[0]?.message).toContain('1000 tokens');
    const authorization = { authorization: 'Bearer known' };
    const authenticated = await post(sessions, path, { query: `{ __typename } #${'x'.repeat(4_000)}` }, authorization);
    expect(authenticated.status).toBe(200);
  });
});

test('a document that was executed for an authenticated caller has the limits of an anonymous one for that', async () => {
  const query = `{ __typename } #${'x'.repeat(5_000)}`;
  expect((await post(sessions, 'fast', { query }, { authorization: 'Bearer known' })).status).toBe(200);
  for (const path of paths) expect((await post(sessions, path, { query })).status).toBe(413);
});

test.each(paths)('on the %s path, the caller is authenticated once for an operation', async (path) => {
  let count = 0;
  const credential = { id: '', bearer: () => Promise.reject(), refused: () => Promise.reject() };
  const gateway = createGateway({
    config: readConfig({}),
    client: { send: () => Promise.reject(), close: async () => undefined },
    async authenticate() {
      count += 1;
      return { organizationId: 'o', subject: 'test', scopes: [], credential };
    },
    log: createLog('silent'),
  });
  const server = await listen(path === 'fast' ? createDoor(gateway) : gateway, '127.0.0.1', 0);
  const bodies = ['{ __typename }', '{ __typename }', '{ nothing }', '{'].map((query) => JSON.stringify({ query }));
  const headers = { 'content-type': 'application/json' };
  for (const body of bodies) await fetch(`${server.url}/graphql`, { method: 'POST', headers, body });
  expect(count).toBe(bodies.length);
  await server.stop(0);
  await gateway.close();
});
