import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { launchChromium } from './chromium.ts';
import { serve } from './serve.ts';

vi.setConfig({ testTimeout: 60_000 });

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** The origin of a web app: a server with one empty page. */
async function startApp(): Promise<string> {
  const app = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'));
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  opened.push(() => app.close().closeAllConnections());
  return `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
}

test('in a browser, the page of an allowed origin reads answers and refusals, and that of another origin reads nothing', async () => {
  const [allowed, foreign] = [await startApp(), await startApp()];
  const stack = await startGateway({ emulator: { contacts: 10 }, env: { CORS_ORIGINS: allowed } });
  const server = await serve(stack.gateway.listener, [allowed]);
  const browser = await launchChromium();
  opened.push(stack.close, server.close, browser.close);
  const page = await browser.context.newPage();

  /** What the page gets for a body that it posts with the headers of a client: the status, the request id and the body. */
  const post = async (origin: string, body: string) => {
    await page.goto(origin);
    const headers = { 'content-type': 'application/json', authorization: 'Bearer x', 'x-request-id': 'of-the-page' };
    return page.evaluate(
      async ([url, init]) => {
        try {
          const response = await fetch(`${url}/graphql`, init);
          return [
            response.status,
            response.headers.get('x-request-id'),
            Object.keys(JSON.parse(await response.text())),
          ];
        } catch {
          return 'nothing';
        }
      },
      [server.origin, { method: 'POST', headers, body }] as const,
    );
  };

  const query = JSON.stringify({ query: '{ viewer { scopes } }' });
  expect(await post(allowed, query)).toEqual([200, 'of-the-page', ['data']]);
  expect(await post(allowed, '{')).toEqual([400, 'of-the-page', ['errors']]);
  server.served.length = 0;
  expect(await post(foreign, query)).toBe('nothing');
  expect(server.served).toEqual([{ method: 'OPTIONS', path: '/graphql', status: 405 }]);
});
