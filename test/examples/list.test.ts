import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Console, startConsole } from './support/console.ts';
import { describeFrames, scrollThrough } from './support/scroll.ts';

let app: Console;

beforeAll(async () => {
  app = await startConsole();
});

afterEach(() => app.emulator.control.reset());

afterAll(async () => {
  await app?.close();
});

/** The addresses of the newest contacts, as the gateway lists them. */
async function newest(count: number): Promise<string[]> {
  const { data } = await app.query('{ a: contacts(first: 1000) { nodes { id } pageInfo { endCursor } } }');
  const { data: more } = await app.query(
    'query ($after: String) { contacts(first: 1000, after: $after) { nodes { id } } }',
    {
      after: data.a.pageInfo.endCursor,
    },
  );
  const nodes: { id: string }[] = [...data.a.nodes, ...more.contacts.nodes];
  return nodes.slice(0, count).map(({ id }) => `/contacts/${encodeURIComponent(id)}`);
}

it('scrolling through 2,000 rows shows each contact once and in order, with few rows in the document and one call for a page of 100', async () => {
  const expected = await newest(2000);
  app.emulator.control.clearLog();
  const page = await app.open('/');
  await page.getByRole('listitem').first().waitFor();
  const scrolled = await scrollThrough(page, 2000);
  console.log(`Scrolling through 2,000 rows: ${describeFrames(scrolled)}`);
  // The processor time of the page's own thread, which does not depend on what else the machine does.
  expect(scrolled.cpuPerFrame).toBeLessThanOrEqual(1000 / 60);
  expect(scrolled.contacts).toEqual(expected.map((path) => [path]));
  expect(scrolled.mostRows).toBeLessThanOrEqual(40);
  // The 20 pages that were seen, and the one that is loaded ahead of the last rows.
  expect(app.emulator.control.counts()).toMatchObject({ contacts: 21, contact: 0 });
  expect(app.complaints).toEqual([]);
});

it('a page that cannot be loaded leaves the rows before it, and is loaded when the user tries again', async () => {
  const page = await app.open('/');
  await page.getByRole('listitem').first().waitFor();
  app.emulator.control.fault({ kind: 'status', status: 503, path: '/v2/customers/organizations/', times: 1 });
  await page
    .getByRole('link', { name: /contact\./ })
    .first()
    .focus();
  await page.keyboard.press('End');
  await page.getByRole('alert').getByText('The contact service does not answer right now.').waitFor();
  expect(await page.getByRole('listitem').last().getAttribute('aria-posinset')).toBe('100');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('alert').waitFor({ state: 'detached' });
  await page.keyboard.press('End');
  await expect.poll(() => page.getByRole('listitem').last().getAttribute('aria-posinset')).not.toBe('100');
});

it('search, filters and order are in the address, so that going back and opening it again show the same contacts', async () => {
  const page = await app.open('/');
  await page.getByRole('combobox', { name: 'Signed up by' }).selectOption('Kiosk');
  await page.getByRole('combobox', { name: 'Has' }).selectOption('E-mail');
  await page.getByRole('combobox', { name: 'Order' }).selectOption('Name, A–Z');
  await expect.poll(() => page.url()).toContain('/?method=KIOSK&has=email&order=name');
  const { data } = await app.query(
    '{ contacts(filter: {signupMethod: KIOSK, hasEmail: true}) { totalCount } all: contacts { totalCount } }',
  );
  const all: number = data.all.totalCount;
  const count = `${data.contacts.totalCount} contacts`;
  await page.getByText(count, { exact: true }).waitFor();

  const other = await app.open(new URL(page.url()).pathname + new URL(page.url()).search);
  await other.getByText(count, { exact: true }).waitFor();

  for (const search of ['?method=KIOSK&has=email', '?method=KIOSK', '']) {
    await page.goBack();
    await expect.poll(() => new URL(page.url()).search).toBe(search);
  }
  await page.getByText(`${all.toLocaleString('en')} contacts`, { exact: true }).waitFor();
});

it('going back from a contact shows the list where it was, without a call', async () => {
  const page = await app.open('/');
  await page.getByRole('listitem').first().waitFor();
  await scrollThrough(page, 150);
  const row = page.getByRole('listitem').nth(12).getByRole('link');
  const address = await row.getAttribute('href');
  await row.click();
  await page.getByRole('region', { name: 'Profile' }).waitFor();
  app.emulator.control.clearLog();
  await page.goBack();
  await page.locator(`a[href="${address}"]`).waitFor();
  expect(app.emulator.control.counts()).toMatchObject({ contacts: 0 });
});

it('a contact that is opened from the list shows what the list knows before the gateway answers', async () => {
  const page = await app.open('/');
  const row = page.getByRole('listitem').first().getByRole('link');
  const name = (await row.locator('.list-person').textContent()) ?? '';
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await page.route('**/graphql', async (route) => {
    await released;
    await route.continue();
  });
  await row.click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  expect(await page.getByRole('region', { name: 'Profile' }).getByRole('status').count()).toBe(1);
  release();
  await page.getByRole('region', { name: 'Profile' }).getByText('Username').waitFor();
});

it('a row that has the focus keeps it when it is scrolled out of view', async () => {
  const page = await app.open('/');
  const row = page.getByRole('listitem').nth(1).getByRole('link');
  const address = await row.getAttribute('href');
  await row.focus();
  await scrollThrough(page, 90);
  expect(await page.evaluate(() => document.activeElement?.getAttribute('href'))).toBe(address);
});

it('a search without a match says so, and one that is no e-mail address says what to enter', async () => {
  const page = await app.open('/');
  await page.getByLabel('Search').fill('NOBODYHASIT');
  await page.keyboard.press('Enter');
  await page.getByText('No contact matches.').waitFor();
  await page.getByLabel('Search').fill('ada@');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('Enter an e-mail address, like').waitFor();
});
