// What a person meets who opens GraphiQL for the first time: an empty browser profile, no cached file, no token.
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { startPassthrough } from '../support/passthrough-gateway.ts';
import { launchChromium } from './chromium.ts';
import { openGraphiQL, runQuery } from './graphiql-page.ts';
import { serve } from './serve.ts';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function launch() {
  const browser = await launchChromium();
  opened.push(browser.close);
  return browser.context;
}

async function startDemo(): Promise<string> {
  const stack = await startGateway();
  const server = await serve(stack.gateway);
  opened.push(stack.close, server.close);
  return `${server.origin}/graphql`;
}

const tabsOf = (page: Page) => page.getByRole('tablist', { name: 'Select active operation' }).getByRole('tab');

describe('the tabs of the examples', () => {
  test.each(['SearchContacts', 'Viewer', 'StartSession'])(
    'the first click on the tab %s selects the tab in a browser without a cache',
    async (name) => {
      const page = await (await launch()).newPage();
      await page.goto(await startDemo());
      const tab = page.getByRole('tab', { name });
      await tab.waitFor();
      const box = (await tab.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
      await page.getByRole('tab', { name, selected: true }).waitFor();
      await page.locator('.graphiql-query-editor').getByText(name).first().waitFor();
    },
  );

  test.each([1_440, 1_024, 640])('all tabs are inside a window that is %d pixels wide', async (width) => {
    const page = await openGraphiQL(await launch(), await startDemo());
    await page.setViewportSize({ width, height: 900 });
    const boxes = await Promise.all((await tabsOf(page).all()).map((tab) => tab.boundingBox()));
    expect(boxes).toHaveLength(15);
    const isInside = boxes.map((box) => box !== null && box.x >= 0 && box.x + box.width <= width);
    expect(isInside).not.toContain(false);
  });
});

describe('the field for the access token', () => {
  test('the page asks for a token before it sends a request, and uses the token until the browser tab is closed', async () => {
    const { gateway, emulator, logIn, close } = await startPassthrough();
    const { origin, served, close: closeServer } = await serve(gateway);
    opened.push(close, closeServer);
    const [url, token] = [`${origin}/graphql`, await logIn(emulator)];
    const context = await launch();
    const page = await context.newPage();
    await page.goto(url);
    await page.getByText('The gateway answers only requests with a token.').waitFor();
    await page.locator('.result-window').getByText('Write an access token into the field').waitFor();
    expect(served.filter(({ method }) => method === 'POST')).toEqual([]);

    await page.getByLabel('Access token', { exact: true }).fill(`Bearer ${token}`);
    await page.getByRole('button', { name: 'Use' }).click();
    await page.getByText('The token is used for all requests of this browser tab.').waitFor();
    await page.getByRole('tab', { name: 'Viewer' }).click();
    expect(await runQuery(page)).toContain('CUSTOMER_READ');
    expect(served.filter(({ status }) => status === 401)).toEqual([]);
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain(token);

    const another = await context.newPage();
    await another.goto(url);
    await another.getByText('The gateway answers only requests with a token.').waitFor();

    await page.getByRole('button', { name: 'Forget' }).click();
    await page.getByText('The gateway answers only requests with a token.').waitFor();
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain(token);
  });

  test('the demo, which needs no token, has no field for one', async () => {
    const page = await openGraphiQL(await launch(), await startDemo());
    expect(await page.locator('#access-token').count()).toBe(0);
  });
});
