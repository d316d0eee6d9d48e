import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { exchange, type RawExchange } from '../support/raw-exchange.ts';

const BASE_PATH = '/api/contacts';
const CORS_ORIGINS = 'https://app.example';

describe.each(['all', 'none'])('with ACCELERATORS=%s and a base path', (accelerators) => {
  let stack: TestGateway;
  let server: HttpServer;
  beforeAll(async () => {
    const env = { BASE_PATH, CORS_ORIGINS, ACCELERATORS: accelerators };
    stack = await startGateway({ emulator: { contacts: 10 }, env });
    server = await startHttpServer(stack.gateway.listener, '127.0.0.1', 0);
  });
  afterAll(async () => {
    await server.stop(0);
    await stack.close();
  });

  const html = { lines: ['accept: text/html'] };
  const post = {
    method: 'POST',
    body: JSON.stringify({ query: '{ __typename }' }),
    lines: ['content-type: application/json'],
  };
  const preflight = { method: 'OPTIONS', lines: [`origin: ${CORS_ORIGINS}`, 'access-control-request-method: POST'] };

  test.each<[string, string, RawExchange, number]>([
    ['a POST', '/api/contacts/graphql', post, 200],
    ['a POST', '/api/contacts/graphql/', post, 200],
    ['a POST', '/api/contacts/graphql?x', post, 200],
    ['a POST', 'http://host/api/contacts/graphql', post, 200],
    ['a preflight', '/api/contacts/graphql', preflight, 204],
    ['a browser', '/api/contacts/graphql', html, 200],
    ['a browser', '/api/contacts', html, 200],
    ['a browser', '/api/contacts/', html, 200],
    ['a browser', '/api/contacts?x', html, 200],
    ['a probe', '/livez', {}, 200],
    ['a probe', '/readyz', {}, 200],
    ['a probe', '/api/contacts/livez', {}, 200],
    ['a probe', '/api/contacts/readyz/', {}, 200],
    ['OPTIONS', '*', { method: 'OPTIONS' }, 204],
    ['a POST', '/graphql', post, 404],
    ['a preflight', '/graphql', preflight, 404],
    ['a browser', '/graphql', html, 404],
    ['a browser', '/', html, 404],
    ['a POST', '/api/contactsgraphql', post, 404],
    ['a POST', '/api/contacts.evil/graphql', post, 404],
    ['a POST', '/API/contacts/graphql', post, 404],
    ['a POST', '/api/contacts//graphql', post, 404],
    ['a POST', '/api/contacts/api/contacts/graphql', post, 404],
    ['a POST', '/x/api/contacts/graphql', post, 404],
  ])('%s to %s is answered with %3$i', async (_, target, sent, status) => {
    expect(await exchange(server.url, { method: 'GET', ...sent, target })).toMatchObject({ status });
  });

  test('the pages and the files of GraphiQL name addresses below the base path, which exist', async () => {
    const start = await exchange(server.url, { ...html, method: 'GET', target: '/api/contacts' });
    expect(start.body).toContain('href="/api/contacts/graphql"');
    const { body } = await exchange(server.url, { ...html, method: 'GET', target: '/api/contacts/graphql' });
    const paths = [...body.matchAll(/"([^"]*\/graphql\/assets\/[\w-]+\.\w+)"/g)].map(([, path]) => path ?? '');
    expect(paths).toHaveLength(5);
    for (const target of paths) {
      expect(target).toMatch(/^\/api\/contacts\/graphql\/assets\//);
      expect((await exchange(server.url, { method: 'HEAD', target })).status).toBe(200);
    }
    expect(body).toContain('"endpoint":"/api/contacts/graphql"');
  });
});
