// The panel of GraphiQL that shows the upstream calls of operations, in a real browser.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { launchChromium } from './chromium.ts';
import { loadGraphiQL, openGraphiQL, runQuery } from './graphiql-page.ts';
import { serve } from './serve.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let stack: TestGateway;
let server: Awaited<ReturnType<typeof serve>>;
let browser: Awaited<ReturnType<typeof launchChromium>>;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  const cached = ['CONTACT', 'EVENTS', 'DEVICES', 'ACCOUNTINGS'].map((resource) => [`CACHE_${resource}`, '600000/0/0']);
  stack = await startGateway({ env: { SWITCHED_OFF: 'retry', ...Object.fromEntries(cached) } });
  server = await serve(stack.gateway.listener);
  await stack.query('{ contacts(first: 1) { totalCount } }'); // logs in
});
beforeEach(async () => {
  browser = await launchChromium();
  browser.context.setDefaultTimeout(30_000);
  browser.context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  browser.context.on('weberror', (problem) => complaints.push(problem.error().message));
  page = await openGraphiQL(browser.context, `${server.origin}/graphql`);
  stack.emulator.control.clearLog();
});
afterEach(async () => {
  await browser.close();
  expect(complaints.splice(0)).toEqual([]);
});
afterAll(async () => {
  await server.close();
  await stack.close();
});

const openPanel = () => page.getByRole('button', { name: 'Show Upstream Calls' }).click();
const status = () => page.locator('explain-panel').getByRole('status');
const steps = () => page.locator('explain-panel .explain-steps > li');
const calls = () => stack.emulator.control.calls().length;
const explainSwitch = () => page.getByRole('switch', { name: 'Explain each run' });

/** Runs the operation of the editor, and returns the body of its request. */
async function sentByRun(): Promise<string> {
  const sent = page.waitForRequest((request) => request.method() === 'POST');
  await runQuery(page);
  return (await sent).postData() ?? '';
}

test('one click shows the upstream calls of each run, those of the cache too, and a new page still shows them', async () => {
  expect(await sentByRun()).not.toContain('explain');
  expect(calls()).toBe(4);
  await loadGraphiQL(page, () => page.reload());

  await openPanel();
  await runQuery(page);
  await status().getByText('0 calls, 4 saved').waitFor();
  expect(await steps().locator('.explain-state').allInnerTexts()).toEqual(Array(4).fill('fresh'));

  await loadGraphiQL(page, () => page.reload());
  // The panel does not explain how the page reads the schema.
  await status().getByText('Run an operation to see its upstream calls.').waitFor();
  await runQuery(page);
  await status().getByText('0 calls, 4 saved').waitFor();
  expect(calls()).toBe(4);
});

test('each call that the upstream got is one row with its path, endpoint and size, in the list and in the table', async () => {
  await openPanel();
  await page.getByRole('tab', { name: 'SearchContacts' }).click();
  await page.locator('.graphiql-query-editor').getByText('SearchContacts').first().waitFor();
  await runQuery(page);
  await status()
    .getByText(/^\d+ calls?, 0 saved$/)
    .waitFor();
  expect(calls()).toBe(2); // The example filters by two values of one condition.
  expect(await steps().count()).toBe(2);
  const [first = ''] = await steps().allInnerTexts();
  expect(first).toMatch(/^contacts\n+miss\n/);
  expect(first).toMatch(/GET \/v2\/customers\/organizations\/\{id\} · starts at [\d.]+\sms · [\d.]+\skB$/);
  await page.getByText('As a table').click();
  const table = page.getByRole('table', { name: 'Upstream calls' });
  expect(await table.getByRole('row').count()).toBe(1 + 2);
  expect(await table.getByRole('rowheader', { name: 'contacts', exact: true }).count()).toBe(2);
});

test('Plan only shows the calls and the cost of a mutation, which is not executed', async () => {
  await openPanel();
  await page.getByRole('tab', { name: 'DeleteContact' }).click();
  await page.locator('.graphiql-query-editor').getByText('DeleteContact').first().waitFor();
  await page.getByRole('button', { name: 'Plan only' }).click();
  await status().getByText('Up to 1 call, none made').waitFor();
  expect(await steps().allInnerTexts()).toEqual([
    expect.stringMatching(/^deleteContact\n+1.call\n+Mutation.deleteContact · DELETE \/v1\/customers\/\{id\}/),
  ]);
  await page.getByText('cost 1', { exact: true }).waitFor();
  expect(calls()).toBe(0);
});

test('the panel is used with the keyboard, and does not explain runs after it was switched off', async () => {
  await page.getByRole('button', { name: 'Show Upstream Calls' }).press('Enter');
  await explainSwitch().press('Space');
  expect(await explainSwitch().isChecked()).toBe(false);
  expect(await sentByRun()).not.toContain('explain');
  await loadGraphiQL(page, () => page.reload());
  await explainSwitch().waitFor();
  expect(await explainSwitch().isChecked()).toBe(false);
});

test('the explorer of GraphiQL is beside the panel', async () => {
  await page.getByRole('button', { name: 'Show GraphiQL Explorer' }).click();
  await page.locator('.graphiql-explorer-root').waitFor();
});
