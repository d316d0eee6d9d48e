import type { Page } from 'playwright-core';
import { serveContactConsole } from '../../../scripts/example/contact-console.ts';
import { launchChromium } from '../../browser/chromium.ts';
import { serve } from '../../browser/serve.ts';
import { startGateway, type TestGateway } from '../../support/gateway.ts';

/** The app in a browser, with the gateway and the emulator behind it. */
export type Console = TestGateway & {
  /** The origin of the app. */
  url: string;
  /** Opens a page of the app in a new tab. */
  open(path: string): Promise<Page>;
  /** Errors of the scripts and warnings of the browser, of all tabs. */
  complaints: string[];
};

/** Serves the app with a gateway over an emulator with 3,000 contacts, and starts a browser. */
export async function startConsole(): Promise<Console> {
  const stack = await startGateway({ emulator: { contacts: 3000 } });
  const gateway = await serve(stack.gateway);
  const app = await serveContactConsole(gateway.origin);
  const browser = await launchChromium();
  const complaints: string[] = [];
  browser.context.on('weberror', (problem) => complaints.push(problem.error().message));
  return {
    ...stack,
    url: app.url,
    complaints,
    async open(path) {
      const page = await browser.context.newPage();
      await page.goto(app.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      return page;
    },
    async close() {
      await browser.close();
      await app.close();
      await gateway.close();
      await stack.close();
    },
  };
}

/** Finds a card of a contact's page by its title. */
export function card(page: Page, title: string) {
  return page.getByRole('region', { name: title });
}

/**
 * Holds back the next mutation of a page.
 *
 * @returns a function that lets it through
 */
export async function holdMutation(page: Page): Promise<() => void> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await page.route('**/graphql', async (route) => {
    if (route.request().postData()?.includes('"query":"mutation')) await released;
    await route.continue();
  });
  return release;
}
