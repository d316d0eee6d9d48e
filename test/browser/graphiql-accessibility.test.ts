// GraphiQL can be used with a screen reader and with the keyboard alone, in the light and in the dark theme.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { startPassthrough } from '../support/passthrough-gateway.ts';
import { launchChromium } from './chromium.ts';
import { loadGraphiQL, openGraphiQL, runQuery } from './graphiql-page.ts';
import { serve } from './serve.ts';

vi.setConfig({ testTimeout: 120_000 });

const axe = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

let stack: TestGateway;
let server: Awaited<ReturnType<typeof serve>>;
let browser: Awaited<ReturnType<typeof launchChromium>>;
beforeAll(async () => {
  stack = await startGateway();
  server = await serve(stack.gateway);
  browser = await launchChromium();
  browser.context.setDefaultTimeout(30_000);
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await stack.close();
});

/** Returns what axe-core finds in the page with all of its default rules: the rule, and the first element that violates it. */
async function violations(page: Page): Promise<unknown> {
  return await page.evaluate(`(async () => {
    ${axe}
    const { violations } = await axe.run(document);
    return violations.map(({ id, nodes }) => [id, nodes[0].html]);
  })()`);
}

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  test('axe-core finds no violation, with each panel open', async () => {
    const page = await browser.context.newPage();
    await page.emulateMedia({ colorScheme });
    await loadGraphiQL(page, () => page.goto(`${server.origin}/graphql`));
    await page
      .locator(`.monaco-editor.${colorScheme === 'dark' ? 'vs-dark' : 'vs'}`)
      .first()
      .waitFor();
    expect(await violations(page)).toEqual([]);
    await runQuery(page);
    for (const panel of ['Documentation Explorer', 'GraphiQL Explorer', 'Upstream Calls']) {
      await page.getByRole('button', { name: `Show ${panel}` }).click();
      await page.getByRole('button', { name: `Hide ${panel}` }).waitFor();
      expect(await violations(page), panel).toEqual([]);
    }
    await page.close();
  });

  test('axe-core finds no violation in the page that asks for a token', async () => {
    const { gateway, close } = await startPassthrough();
    const passthrough = await serve(gateway);
    const page = await browser.context.newPage();
    await page.emulateMedia({ colorScheme });
    await page.goto(`${passthrough.origin}/graphql`);
    await page
      .locator(`.monaco-editor.${colorScheme === 'dark' ? 'vs-dark' : 'vs'}`)
      .first()
      .waitFor();
    await page.locator('.result-window').getByText('Write an access token into the field').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.close();
    await passthrough.close();
    await close();
  });
});

describe('with the keyboard', () => {
  test('arrows move between tabs, Enter selects one, Control-Enter runs its operation, and Delete closes it', async () => {
    const page = await openGraphiQL(browser.context, `${server.origin}/graphql`);
    const tab = (name: string, selected?: boolean) =>
      page.getByRole('tab', { name, ...(selected !== undefined && { selected }) });
    await tab('ContactAtAGlance').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await tab('FindContact', true).waitFor();
    await page.locator('.graphiql-query-editor').getByText('FindContact').first().waitFor();
    const isInEditor = () => page.evaluate(`document.activeElement.closest('.graphiql-query-editor') !== null`);
    for (let presses = 0; presses < 40 && !(await isInEditor()); presses += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Control+Enter');
    await page.locator('.result-window').getByText('"byEmail"').first().waitFor();
    const count = await page.getByRole('tab').count();
    await tab('FindContact').focus();
    await page.keyboard.press('Delete');
    await tab('FindContact').waitFor({ state: 'detached' });
    expect(await page.getByRole('tab').count()).toBe(count - 1);
    await page.close();
  });
});

describe('before the scripts have arrived', () => {
  test('the page shows that it is loading', async () => {
    const page = await browser.context.newPage();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/assets/*.js', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${server.origin}/graphql`, { waitUntil: 'commit' });
    await page.getByText('GraphiQL is loading').waitFor();
    await expect.poll(() => page.evaluate(`performance.getEntriesByName('first-contentful-paint').length`)).toBe(1);
    release();
    await page.getByRole('button', { name: 'Execute query' }).waitFor();
    expect(await page.getByText('GraphiQL is loading').count()).toBe(0);
    await page.close();
  });
});
