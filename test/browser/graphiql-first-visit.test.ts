// What a person meets who opens GraphiQL for the first time: an empty browser profile, no cached file, no token.
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { startPassthrough } from '../support/passthrough-gateway.ts';
import { launchChromium } from './chromium.ts';
import { openGraphiQL, runQuery } from './graphiql-page.ts';
import { serve } from './serve.ts';

// A browser with an empty profile compiles five megabytes of scripts.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let stack: TestGateway;
let server: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  stack = await startGateway();
  server = await serve(stack.gateway);
});
afterAll(async () => {
  await server.close();
  await stack.close();
});

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function launch() {
  const browser = await launchChromium();
  browser.context.setDefaultTimeout(30_000);
  opened.push(browser.close);
  return browser.context;
}

describe('the tabs of the examples', () => {
  test.each(['SearchContacts', 'StartSession'])(
    'the first click on the tab %s selects the tab in a browser without a cache',
    async (name) => {
      const page = await (await launch()).newPage();
      await page.goto(`${server.origin}/graphql`);
      const tab = page.getByRole('tab', { name });
      await tab.waitFor();
      const box = (await tab.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
      await page.getByRole('tab', { name, selected: true }).waitFor();
      await page.locator('.graphiql-query-editor').getByText(name).first().waitFor();
    },
  );

  test('all tabs are inside of a window that is 640 or 1,440 pixels wide', async () => {
    const page = await openGraphiQL(await launch(), `${server.origin}/graphql`);
    for (const width of [640, 1_440]) {
      await page.setViewportSize({ width, height: 900 });
      const tabs = page.getByRole('tablist', { name: 'Select active operation' }).getByRole('tab');
      const boxes = await Promise.all((await tabs.all()).map((tab) => tab.boundingBox()));
      expect(boxes).toHaveLength(19);
      expect(boxes.filter((box) => box === null || box.x < 0 || box.x + box.width > width)).toEqual([]);
    }
    expect(await page.locator('#access-token').count(), 'the demo needs no token').toBe(0);
  });
});

describe('the field for the access token', () => {
  test('the page asks for a token before it sends a request, and stores the token only where the user asks for it', async () => {
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

    // GraphiQL reads the operation of a tab a moment after the tab was selected, and again when it has the schema.
    await page.getByRole('tab', { name: 'Viewer' }).click();
    await page.getByLabel('Access token').fill(`Bearer ${token}`);
    const introspected = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.getByRole('button', { name: 'Use' }).click();
    await page.getByText('The token is used for all requests of this page.').waitFor();
    await introspected;
    expect(await runQuery(page)).toContain('CUSTOMER_READ');
    expect(served.filter(({ status }) => status === 401)).toEqual([]);
    const stored = 'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])';
    expect(await page.evaluate(stored)).not.toContain(token);
    await page.reload();
    await page.getByText('The gateway answers only requests with a token.').waitFor();

    await page.getByLabel('Access token').fill(token);
    await page.getByLabel('Keep it until this browser tab is closed').check();
    await page.getByRole('button', { name: 'Use' }).click();
    await page.reload();
    await page.getByText('The token is used for all requests of this page.').waitFor();
    expect(await page.evaluate('JSON.stringify({ ...localStorage })')).not.toContain(token);

    const another = await context.newPage();
    await another.goto(url);
    await another.getByText('The gateway answers only requests with a token.').waitFor();

    await page.getByRole('button', { name: 'Forget' }).click();
    await page.getByText('The gateway answers only requests with a token.').waitFor();
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain(token);
  });
});
