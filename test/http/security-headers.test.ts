import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { type JwtGateway, startJwtGateway } from '../support/jwt-gateway.ts';
import { exchange, type RawExchange } from '../support/raw-exchange.ts';

/** Of a response that has no policy of its own; the words are those of the documentation. */
const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
};

const json = 'content-type: application/json';
const query = JSON.stringify({ query: '{ viewer { scopes } }' });
const html = 'accept: text/html';

describe.each(['all', 'none'])('with ACCELERATORS=%s', (accelerators) => {
  let stack: TestGateway;
  let jwt: JwtGateway;
  let server: HttpServer;
  let jwtServer: HttpServer;
  beforeAll(async () => {
    stack = await startGateway({ emulator: { contacts: 10 }, env: { ACCELERATORS: accelerators } });
    const { gateway } = stack;
    server = await startHttpServer(
      (request, response) =>
        request.url === '/fail' ? gateway.fail(response, new Error('test')) : gateway.listener(request, response),
      ...(['127.0.0.1', 0, { maxBodiesBytes: 2_000_000 }] as const),
    );
    jwt = await startJwtGateway({ ACCELERATORS: accelerators });
    jwtServer = await startHttpServer(jwt.gateway.listener, '127.0.0.1', 0);
  });
  afterAll(async () => {
    await Promise.all([server.stop(0), jwtServer.stop(0)]);
    await stack.close();
    await jwt.close();
  });

  test.each<[string, RawExchange, number]>([
    ['an answer of the graph', { lines: [json], body: query }, 200],
    ['the same answer from the document cache', { lines: [json], body: query }, 200],
    ['a body that is no JSON', { lines: [json], body: '{' }, 400],
    ['another content type', { lines: ['content-type: text/plain'], body: query }, 415],
    ['a media type that is not served', { lines: [json, 'accept: image/png'], body: query }, 406],
    ['a body that is too long', { lines: [json], body: JSON.stringify({ query: 'x'.repeat(1_000_001) }) }, 413],
    ['a body for which there is no memory', { lines: [json], body: 'x'.repeat(2_100_000) }, 503],
    ['a GET without the header against CSRF', { method: 'GET', target: '/graphql?query={__typename}' }, 403],
    ['a method that the graph does not have', { method: 'PUT' }, 405],
    ['a method that a health check does not have', { method: 'POST', target: '/livez' }, 405],
    ['/livez', { method: 'GET', target: '/livez' }, 200],
    ['/readyz', { method: 'GET', target: '/readyz' }, 200],
    ['a path that does not exist', { method: 'GET', target: '/x' }, 404],
    ['a file of GraphiQL that does not exist', { method: 'GET', target: '/graphql/assets/x.js' }, 404],
    ['OPTIONS *', { method: 'OPTIONS', target: '*' }, 204],
    ['a target that HTTP does not permit', { method: 'GET', target: 'ftp://x' }, 400],
    ['another expectation than 100-continue', { method: 'GET', target: '/livez', lines: ['expect: x'] }, 417],
    ['an exception', { method: 'GET', target: '/fail' }, 500],
    ['CONNECT', { method: 'CONNECT', target: 'gateway:443' }, 405],
  ])('the response to %s has the headers of security', async (_, sent, status) => {
    const response = await exchange(server.url, sent);
    expect(response).toMatchObject({ status, headers: securityHeaders });
  });

  test('the response to a request without a token has the headers of security', async () => {
    const response = await exchange(jwtServer.url, { lines: [json], body: query });
    expect(response).toMatchObject({ status: 401, headers: securityHeaders });
  });

  test.each(['/', '/graphql'])('the page %s has a policy of its own, and the other headers', async (target) => {
    const { status, headers } = await exchange(server.url, { method: 'GET', target, lines: [html] });
    const { 'content-security-policy': _, ...others } = securityHeaders;
    expect([status, headers]).toEqual([200, expect.objectContaining(others)]);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/);
    expect(headers['x-frame-options']).toBe('DENY');
  });

  test('answers of the graph are in no cache, and no response has a header of CORS by default', async () => {
    const origin = 'origin: https://app.example';
    const { headers } = await exchange(server.url, { lines: [json, origin], body: query });
    expect(headers['cache-control']).toBe('private, no-store');
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control') || name === 'vary')).toEqual([]);
  });
});
