import { afterEach, expect, test, vi } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { launchChromium } from './chromium.ts';
import { openGraphiQL, runQuery } from './graphiql-page.ts';
import { serve } from './serve.ts';

vi.setConfig({ testTimeout: 60_000 });

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

test('GraphiQL below a base path runs a query, stays below it, and violates no policy', async () => {
  const { gateway, close } = await startGateway({ env: { BASE_PATH: '/api/contacts' } });
  const server = await serve(gateway.listener);
  const browser = await launchChromium();
  opened.push(close, server.close, browser.close);
  browser.context.setDefaultTimeout(30_000);
  const [requested, complaints]: [string[], string[]] = [[], []];
  browser.context.on('request', (request) => requested.push(request.url()));
  browser.context.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));

  const page = await openGraphiQL(browser.context, `${server.origin}/api/contacts/graphql`);
  expect(await runQuery(page)).toContain('"firstName": "Ada"');
  const addresses = requested.filter((url) => !url.startsWith('data:'));
  expect(addresses.filter((url) => !url.startsWith(`${server.origin}/api/contacts/graphql`))).toEqual([]);
  expect(complaints.filter((text) => /^(?:error|warning)/.test(text))).toEqual([]);

  await page.goto(`${server.origin}/api/contacts`);
  await page.getByRole('link', { name: 'Open GraphiQL' }).click();
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
});
