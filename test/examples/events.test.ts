import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Console, startConsole } from './support/console.ts';

let app: Console;

beforeAll(async () => {
  app = await startConsole();
});

afterEach(() => app.emulator.control.reset());

afterAll(async () => {
  await app?.close();
});

it('the events of the organization are shown with their contacts, page by page', async () => {
  const page = await app.open('/events');
  const events = page.getByRole('main').getByRole('listitem');
  await events.first().waitFor();
  expect(await events.count()).toBe(25);
  await page.getByRole('button', { name: 'Earlier events' }).click();
  await expect.poll(() => events.count()).toBe(50);
  const link = events.nth(30).getByRole('link');
  const name = (await link.textContent()) ?? '';
  await link.click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
});

it('a kind of event that is selected is in the address, and only such events are shown', async () => {
  const page = await app.open('/events');
  await page.getByLabel('Kind of event').selectOption('Visited');
  await expect.poll(() => new URL(page.url()).search).toBe('?type=VISIT');
  const labels = page.locator('.event-label');
  await expect.poll(async () => (await labels.allInnerTexts()).every((text) => text.includes('visited'))).toBe(true);
  expect(await labels.count()).toBe(25);
});

it('an event whose contact cannot be read is shown without its name, and the others with theirs', async () => {
  app.emulator.control.fault({ kind: 'status', status: 503, path: '/v2/customers/[0-9a-f]+$', times: 1 });
  const page = await app.open('/events');
  const events = page.getByRole('main').getByRole('listitem');
  await events.first().waitFor();
  expect(await events.count()).toBe(25);
  expect(await events.filter({ hasText: 'A former contact' }).count()).toBeGreaterThan(0);
  expect(await events.getByRole('link').count()).toBeGreaterThan(0);
});

it('while the events cannot be read, the page says so, until the user tries again', async () => {
  app.emulator.control.fault({ kind: 'status', status: 503, path: '/events', times: 1 });
  const page = await app.open('/events');
  await page.getByRole('alert').getByText('The contact service does not answer right now.').waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('main').getByRole('listitem').first().waitFor();
});
