// What a browser gets that opens the address of a gateway whose GraphiQL is switched off.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve } from '../browser/serve.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let production: TestGateway;
let server: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  production = await startGateway({ env: { NODE_ENV: 'production' } });
  server = await serve(production.gateway.listener);
});
afterAll(async () => {
  await server.close();
  await production.close();
});

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const get = (path: string, headers: Record<string, string> = browser, method = 'GET') =>
  fetch(`${server.origin}${path}`, { method, headers, redirect: 'manual' });

test.each(['/', '/graphql', '/graphql?query={__typename}'])(
  'a browser that opens %s in production gets a short page without a script',
  async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    const text = await response.text();
    expect(text).toContain('POST /graphql');
    expect(text).toContain('GraphiQL and introspection are switched off');
    expect(text).not.toContain('<script');
    expect(production.emulator.control.calls()).toEqual([]);
  },
);

test('a HEAD request gets the headers of the page, and a browser that has the page gets a 304', async () => {
  const head = await get('/', browser, 'HEAD');
  expect([head.status, await head.text()]).toEqual([200, '']);
  const again = await get('/', { ...browser, 'if-none-match': head.headers.get('etag') ?? '' });
  expect(again.status).toBe(304);
});

test.each(['application/json', '*/*', 'application/graphql-response+json'])(
  'a client that accepts %s gets no page',
  async (accept) => {
    expect((await get('/', { accept })).status).toBe(404);
    expect((await get('/graphql', { accept })).headers.get('content-type')).not.toContain('html');
  },
);

test('a browser that opens / of a gateway with GraphiQL gets a page that links to GraphiQL', async () => {
  const stack = await startGateway();
  const response = await stack.gateway.fetch('http://gateway/', { headers: browser });
  expect(await response.text()).toContain('<a href="/graphql">');
  await stack.close();
});
