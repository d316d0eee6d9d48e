import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { type JwtGateway, startJwtGateway } from '../support/jwt-gateway.ts';
import { exchange, type RawExchange } from '../support/raw-exchange.ts';

const allowed = 'https://app.example';
const env = { CORS_ORIGINS: `${allowed},http://localhost:3000` };
const corsOrigins = env.CORS_ORIGINS.split(',');

const json = 'content-type: application/json';
const query = JSON.stringify({ query: '{ contactExists(by: {username: "ada"}) }' });
const exposed = 'etag, ratelimit, ratelimit-policy, retry-after, www-authenticate, x-request-id';

describe.each(['all', 'none'])('with ACCELERATORS=%s', (accelerators) => {
  let stack: TestGateway;
  let jwt: JwtGateway;
  let server: HttpServer;
  let jwtServer: HttpServer;
  beforeAll(async () => {
    stack = await startGateway({ emulator: { contacts: 10 }, env: { ...env, ACCELERATORS: accelerators } });
    server = await startHttpServer(stack.gateway.listener, '127.0.0.1', 0, { corsOrigins, maxBodiesBytes: 2_000_000 });
    jwt = await startJwtGateway({ ACCELERATORS: accelerators });
    jwtServer = await startHttpServer(jwt.gateway.listener, '127.0.0.1', 0, { corsOrigins });
  });
  afterAll(async () => {
    await Promise.all([server.stop(0), jwtServer.stop(0)]);
    await stack.close();
    await jwt.close();
  });

  const send = async (origin: string | undefined, { lines = [], ...sent }: RawExchange, { url } = server) => {
    const { status, headers } = await exchange(url, {
      ...sent,
      lines: [...(origin ? [`origin: ${origin}`] : []), ...lines],
    });
    const cors = Object.entries(headers).filter(([name]) => name.startsWith('access-control-'));
    return { status, cors: Object.fromEntries(cors), vary: headers['vary'], allow: headers['allow'] };
  };

  test.each<[string, RawExchange, number]>([
    ['an answer', { lines: [json], body: query }, 200],
    ['the same answer from the document cache', { lines: [json], body: query }, 200],
    ['a refused body', { lines: [json], body: '{' }, 400],
    ['a body that is too long', { lines: [json], body: JSON.stringify({ query: 'x'.repeat(1_000_001) }) }, 413],
    ['a body for which there is no memory', { lines: [json], body: 'x'.repeat(2_100_000) }, 503],
    ['a GET without the header against CSRF', { method: 'GET', target: '/graphql?query={__typename}' }, 403],
    ['a method that is not allowed', { method: 'DELETE' }, 405],
    ['a target that HTTP does not permit', { method: 'GET', target: 'ftp://x' }, 400],
  ])('a page of an allowed origin may read %s, and a page of another origin may not', async (_, sent, status) => {
    for (const origin of corsOrigins) {
      expect(await send(origin, sent)).toMatchObject({
        status,
        cors: { 'access-control-allow-origin': origin, 'access-control-expose-headers': exposed },
        vary: 'origin',
      });
    }
    for (const origin of [
      'https://app.example.evil',
      'http://app.example',
      `${allowed}:8443`,
      'null',
      '*',
      undefined,
    ]) {
      expect(await send(origin, sent)).toMatchObject({ status, cors: {}, vary: 'origin' });
    }
  });

  test('a page of an allowed origin may read that its request has no token', async () => {
    expect(await send(allowed, { lines: [json], body: query }, jwtServer)).toMatchObject({
      status: 401,
      cors: { 'access-control-allow-origin': allowed },
    });
  });

  const asked = 'access-control-request-method: POST';

  test('a preflight of an allowed origin is answered with what may be sent, and starts no operation', async () => {
    stack.logged.length = 0;
    for (const target of ['/graphql', '/graphql/']) {
      const { status, cors, vary } = await send(allowed, { method: 'OPTIONS', target, lines: [asked] });
      expect([status, vary]).toEqual([204, 'access-control-request-method, access-control-request-headers, origin']);
      expect(cors).toMatchObject({
        'access-control-allow-origin': allowed,
        'access-control-allow-methods': 'GET, POST',
        'access-control-max-age': '7200',
      });
      expect(cors['access-control-allow-credentials']).toBeUndefined();
      const headers = cors['access-control-allow-headers']?.split(', ');
      for (const name of [
        ...['authorization', 'content-type', 'cache-control', 'idempotency-key', 'x-organization', 'x-request-id'],
        ...['graphql-require-preflight', 'apollo-require-preflight', 'x-graphql-yoga-csrf', 'if-none-match'],
      ]) {
        expect(headers).toContain(name);
      }
    }
    expect(stack.logged).toEqual([]);
  });

  test.each<[string, string | undefined, RawExchange]>([
    ['of another origin', 'https://evil.example', { lines: [asked] }],
    ['without an origin', undefined, { lines: [asked] }],
    ['without the method of the request', allowed, {}],
  ])('a preflight %s is answered with a 405', async (_, origin, sent) => {
    const response = await send(origin, { method: 'OPTIONS', ...sent });
    expect(response).toMatchObject({ status: 405, allow: 'GET, POST' });
    expect(Object.keys(response.cors)).not.toContain('access-control-allow-methods');
  });

  test('an allowed origin does not replace the header against CSRF, and does not make a mutation possible by GET', async () => {
    const mutation = encodeURIComponent('mutation { deleteContact(input: {id: "a"}) { userErrors { code } } }');
    const target = `/graphql?query=${mutation}`;
    expect((await send(allowed, { method: 'GET', target })).status).toBe(403);
    const lines = ['graphql-require-preflight: 1'];
    expect(await send(allowed, { method: 'GET', target, lines })).toMatchObject({ status: 405, allow: 'POST' });
    expect((await send(allowed, { lines: ['content-type: text/plain'], body: query })).status).toBe(415);
    expect(stack.emulator.control.calls().filter(({ route }) => route === 'deleteContact')).toEqual([]);
  });
});
