import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Console, card, startConsole } from './support/console.ts';
import { adaPath } from './support/pictures.ts';

const axe = fileURLToPath(new URL('../../examples/contact-console/node_modules/axe-core/axe.min.js', import.meta.url));

// A text, because the global `axe` is known in the page only.
const describeViolations = `axe.run().then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => [id, target, failureSummary].join(' '))))`;

let app: Console;

beforeAll(async () => {
  app = await startConsole();
});

afterEach(() => app.emulator.control.reset());

afterAll(async () => {
  await app?.close();
});

const pages: Readonly<Record<string, () => Promise<Page>>> = {
  async list() {
    const page = await app.open('/');
    await page.getByRole('listitem').first().waitFor();
    return page;
  },
  async 'empty list'() {
    const page = await app.open('/?q=NOBODYHASIT&marketing=yes');
    await page.getByText('No contact matches.').waitFor();
    return page;
  },
  async contact() {
    app.emulator.control.fault({ kind: 'status', status: 503, path: '/devices', times: 1 });
    const page = await app.open(adaPath);
    await card(page, 'Devices').getByRole('alert').waitFor();
    await card(page, 'Timeline').getByText('Logged in to the WiFi').first().waitFor();
    return page;
  },
  async token() {
    const page = await app.open(adaPath);
    await page.getByRole('button', { name: 'Issue a token' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Issue' }).click();
    await page.getByRole('img', { name: 'QR code of the activation URL' }).waitFor();
    return page;
  },
  async 'refused form'() {
    const page = await app.open('/contacts/new');
    await page.getByLabel('Phone').fill('12');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.locator('[aria-invalid=true]').first().waitFor();
    return page;
  },
  async events() {
    const page = await app.open('/events');
    await page.getByRole('main').getByRole('listitem').first().waitFor();
    return page;
  },
};

describe.each(['light', 'dark'] as const)('in %s colors', (colorScheme) => {
  it.each(Object.entries(pages))('axe finds no violation on the page "%s"', async (_, open) => {
    const page = await open();
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.addScriptTag({ path: axe });
    const violations: string[] = await page.evaluate(describeViolations);
    expect(violations).toEqual([]);
  });
});

it.each(Object.entries(pages))('the page "%s" fits into the width of a phone', async (_, open) => {
  const page = await open();
  await page.setViewportSize({ width: 360, height: 740 });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
});
