import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildGateway } from '../support/build-gateway.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { type JwtGateway, startJwtGateway } from '../support/jwt-gateway.ts';
import { customerSessionEnvironment } from '../support/sessions.ts';
import { type BothPaths, listenOnBothPaths, paths, watchGraphql } from './support.ts';

let jwt: JwtGateway;
/** Customer sessions are configured, so that a request without an access token is an anonymous caller. */
let sessions: TestGateway;
let jwtPaths: BothPaths;
let sessionPaths: BothPaths;
const calls = watchGraphql();
beforeAll(async () => {
  // Without the warm-up, which asks the upstream for the organizations of the client keys.
  jwt = await startJwtGateway({ NODE_ENV: 'production', WARM_UP: 'false' });
  sessions = await startGateway({ env: customerSessionEnvironment(), emulator: { contacts: 10 } });
  [jwtPaths, sessionPaths] = [await listenOnBothPaths(jwt.gateway), await listenOnBothPaths(sessions.gateway)];
});
beforeEach(() => calls.reset());
afterAll(async () => {
  calls.stop();
  for (const { stop } of [jwtPaths, sessionPaths]) await stop();
  for (const { close } of [jwt, sessions]) await close();
});

const malformed = {
  'a syntax error': '{',
  'an unknown field': '{ nothing }',
  'a document that is too long': `{ __typename } #${'x'.repeat(15_000)}`,
  'a document that is too deep': '{'.repeat(200),
  'a valid document': '{ __typename }',
};

describe.each(paths)('on the %s path a request without a valid access token is refused before it is parsed', (path) => {
  test.each(Object.entries(malformed))(
    `on the ${path} path a request without a valid access token, with %s, is a 401 and is not parsed`,
    async (_, query) => {
      for (const headers of [{}, { authorization: 'Bearer no.such.token' }]) {
        const {
          status,
          errors,
          headers: sent,
        } = await jwtPaths.post(path, { query }, headers as Record<string, string>);
        expect(status).toBe(401);
        expect(errors).toMatchObject([
          {
            message: 'Send a valid access token as "Authorization: Bearer <token>".',
            extensions: { code: 'UNAUTHENTICATED' },
          },
        ]);
        expect(sent.get('www-authenticate')).toBe('Bearer');
      }
      expect(calls.counts).toMatchObject({ parse: 0, validate: 0 });
      expect(jwt.gateway.documents.load()).toEqual({ documents: 0, bytes: 0 });
      expect(jwt.emulator.control.calls()).toEqual([]);
    },
  );
});

test('a GET without an access token is a 401 and is not parsed, after the check of its CSRF header', async () => {
  const get = (headers: Record<string, string>) => fetch(`${jwtPaths.urls.yoga}/graphql?query={`, { headers });
  expect((await get({})).status).toBe(403);
  expect((await get({ 'graphql-require-preflight': '1' })).status).toBe(401);
  expect(calls.counts).toMatchObject({ parse: 0, validate: 0 });
});

describe.each(paths)('on the %s path an anonymous caller may do little', (path) => {
  test(`on the ${path} path an anonymous caller starts a session and reads the public schema, and its documents are not cached`, async () => {
    const start = 'mutation { startContactSession(input: {token: "x"}) { userErrors { code } } }';
    const before = sessions.gateway.documents.load();
    for (const query of [start, getIntrospectionQuery(), '{ __typename }']) {
      const { status, data } = await sessionPaths.post(path, { query });
      expect(status).toBe(200);
      expect(data).not.toBeNull();
    }
    expect((await sessionPaths.post(path, { query: '{ viewer { scopes } }' })).status).toBe(401);
    expect(sessions.gateway.documents.load()).toEqual(before);
  });

  test(`on the ${path} path an anonymous caller sends at most 4,000 characters and 1,000 tokens`, async () => {
    const long = await sessionPaths.post(path, { query: `{ __typename } #${'x'.repeat(4_000)}` });
    expect(long.status).toBe(413);
    expect(long.errors[0]?.message).toContain('4000');
    expect(calls.counts.parse).toBe(0);
    const many = await sessionPaths.post(path, { query: `{ ${'a '.repeat(1_000)} }` });
    expect(many.status).toBe(400);
    expect(many.errors[0]?.message).toContain('1000 tokens');
    const authorization = { authorization: 'Bearer known' };
    const authenticated = await sessionPaths.post(
      path,
      { query: `{ __typename } #${'x'.repeat(4_000)}` },
      authorization,
    );
    expect(authenticated.status).toBe(200);
  });
});

test('an anonymous caller has its own limits also for a document that an authenticated caller has executed', async () => {
  const query = `{ __typename } #${'x'.repeat(5_000)}`;
  expect((await sessionPaths.post('fast', { query }, { authorization: 'Bearer known' })).status).toBe(200);
  for (const path of paths) expect((await sessionPaths.post(path, { query })).status).toBe(413);
});

test.each(paths)('on the %s path the caller is authenticated once for an operation', async (path) => {
  let count = 0;
  const credential = { id: '', bearer: () => Promise.reject(), onRejected: () => Promise.reject() };
  const gateway = buildGateway({
    client: { send: () => Promise.reject(), close: async () => undefined },
    async authenticate() {
      count += 1;
      return { organizationId: 'o', subject: 'test', scopes: [], credential };
    },
  });
  const { post, stop } = await listenOnBothPaths(gateway);
  const queries = ['{ __typename }', '{ __typename }', '{ nothing }', '{'];
  for (const query of queries) await post(path, { query });
  expect(count).toBe(queries.length);
  await stop();
  await gateway.close();
});
