import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Console, startConsole } from './support/console.ts';

let app: Console;

beforeAll(async () => {
  app = await startConsole();
});

afterAll(async () => {
  await app?.close();
});

/** The text or the label of the element that has the focus. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement)
      return element.labels?.[0]?.textContent ?? '';
    return element?.textContent ?? '';
  });
}

/** Presses Tab until an element has the focus whose text begins with the given one. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; presses < 25; presses++) {
    if ((await focused(page)).startsWith(text)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`The Tab key does not reach "${text}"`);
}

it('the keyboard alone searches, opens a contact, switches a policy, issues a token and leads back', async () => {
  const page = await app.open('/');
  await page.getByRole('listitem').first().waitFor();
  await page.keyboard.press('/');
  expect(await focused(page)).toBe('Search');
  await page.keyboard.type('ada.rossi@example.com');
  await page.keyboard.press('Enter');
  await page.getByText('1 contact', { exact: true }).waitFor();
  await tabTo(page, 'AR');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Ada Rossi' }).waitFor();
  expect(await focused(page)).toBe('Ada Rossi');

  await tabTo(page, 'Issue a token');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Issue');
  await page.keyboard.press('Enter');
  await page.getByRole('img', { name: 'QR code of the activation URL' }).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => focused(page)).toBe('Issue a token');

  await tabTo(page, 'Marketing communications');
  await page.keyboard.press('Space');
  const policy = page.getByRole('switch', { name: 'Marketing communications' });
  await expect.poll(() => policy.isEnabled()).toBe(true);
  expect(await policy.isChecked()).toBe(false);
});

it('the arrow keys move through the list, which is one stop of the Tab key, also beyond the rows in view', async () => {
  const page = await app.open('/?order=name');
  const links = page.getByRole('listitem').getByRole('link');
  await links.first().waitFor();
  await tabTo(page, 'Order');
  await tabTo(page, ((await links.first().textContent()) ?? '').slice(0, 2));
  for (let presses = 0; presses < 4; presses++) await page.keyboard.press('PageDown');
  await page.keyboard.press('ArrowUp');
  const position = () => page.evaluate(() => document.activeElement?.closest('li')?.getAttribute('aria-posinset'));
  await expect.poll(position).toBe('40');
  await page.keyboard.press('Tab');
  expect(await position()).toBeUndefined();
  await page.keyboard.press('Shift+Tab');
  expect(await position()).toBe('40');
});

it('the keyboard alone creates a contact and deletes it', async () => {
  const page = await app.open('/');
  await page.getByRole('listitem').first().waitFor();
  await tabTo(page, 'New contact');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'New contact' }).waitFor();
  await tabTo(page, 'First name');
  await page.keyboard.type('Mary');
  await tabTo(page, 'Terms of use');
  await page.keyboard.press('Space');
  await tabTo(page, 'Privacy policy');
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Mary' }).waitFor();
  await tabTo(page, 'Delete');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Delete');
  await page.keyboard.press('Enter');
  await page.getByRole('status').getByText('Mary was deleted.').waitFor();
});

it('the link before the navigation skips to the content', async () => {
  const page = await app.open('/events');
  await page.getByRole('main').getByRole('listitem').first().waitFor();
  await page.getByRole('link', { name: 'Skip to content' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SELECT');
});
