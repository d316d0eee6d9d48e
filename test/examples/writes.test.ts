import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Console, startConsole } from './support/console.ts';
import { adaPath } from './support/pictures.ts';

let app: Console;

beforeAll(async () => {
  app = await startConsole();
});

afterAll(async () => {
  await app?.close();
});

it('a form shows what is wrong at each field without a call, then creates the contact on top of the list', async () => {
  const page = await app.open('/');
  await page.getByRole('listitem').first().waitFor();
  await page.getByRole('link', { name: 'New contact' }).click();
  await page.getByLabel('First name').fill('Grace');
  await page.getByLabel('Last name').fill('Hopper');
  await page.getByRole('textbox', { name: 'E-mail' }).fill('grace');
  await page.getByLabel('Phone').fill('12');
  await page.getByRole('button', { name: 'Create' }).click();

  const email = page.getByRole('textbox', { name: 'E-mail' });
  await expect.poll(() => email.getAttribute('aria-invalid')).toBe('true');
  expect(await email.evaluate((input) => input === document.activeElement)).toBe(true);
  const messages = page.locator('.problem').filter({ hasText: /./ });
  expect(await messages.allInnerTexts()).toEqual([
    'Enter an e-mail address, like name@example.com.',
    'Enter a phone number that starts with + and the country code, like +14155552671.',
    'This must be accepted: no contact exists without.',
    'This must be accepted: no contact exists without.',
  ]);
  expect(app.emulator.control.counts().createContact).toBe(0);

  await email.fill('grace.hopper@example.com');
  await page.getByLabel('Phone').fill('+14155552671');
  await page.getByRole('checkbox', { name: 'Privacy policy' }).check();
  await page.getByRole('checkbox', { name: 'Terms of use' }).check();
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { name: 'Grace Hopper' }).waitFor();
  await page.getByRole('status').getByText('Grace Hopper was created.').waitFor();
  expect(app.emulator.control.counts().createContact).toBe(1);

  await page.getByRole('link', { name: '← Contacts' }).click();
  expect(await page.getByRole('listitem').first().textContent()).toContain('Grace Hopper');
});

it('what the gateway says about a custom policy is shown below the policies', async () => {
  const page = await app.open('/contacts/new');
  const userErrors = [{ field: ['input', 'policies', 'custom'], message: 'The policy "newsletter" must be accepted.' }];
  const json = { data: { createContact: { contactEdge: null, userErrors } } };
  await page.route('**/graphql', (route) => route.fulfill({ json }), { times: 1 });
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('group', { name: 'The person accepts' }).getByText('The policy "newsletter"').waitFor();
});

it('the same form sent again after the network failed creates one contact', async () => {
  const page = await app.open('/contacts/new');
  await page.getByLabel('First name').fill('Katherine');
  await page.getByRole('checkbox', { name: 'Privacy policy' }).check();
  await page.getByRole('checkbox', { name: 'Terms of use' }).check();
  // The gateway gets the request, and its answer is lost.
  await page.route(
    '**/graphql',
    async (route) => {
      await route.fetch();
      await route.abort();
    },
    { times: 1 },
  );
  const before = app.emulator.control.counts().createContact;
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('alert').getByText('Not created. The gateway cannot be reached.').waitFor();
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { name: 'Katherine' }).waitFor();
  expect(app.emulator.control.counts().createContact).toBe(before + 1);
});

it('a contact that is deleted is not in the list any more, nor in the gateway', async () => {
  const page = await app.open('/');
  const row = page.getByRole('listitem').nth(2).getByRole('link');
  const name = await row.locator('.list-person').textContent();
  const address = await row.getAttribute('href');
  const total = Number((await page.locator('.list-count').textContent())?.replaceAll(/\D/g, ''));
  await row.click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page
    .getByRole('dialog', { name: `Delete ${name}?` })
    .getByRole('button', { name: 'Delete' })
    .click();
  await page.getByRole('status').getByText(`${name} was deleted.`).waitFor();
  await page.getByRole('listitem').first().waitFor();
  expect(await page.locator(`a[href="${address}"]`).count()).toBe(0);
  expect(await page.locator('.list-count').textContent()).toBe(`${(total - 1).toLocaleString('en')} contacts`);
  const id = decodeURIComponent(address?.split('/').at(-1) ?? '');
  const { data } = await app.query('query ($id: ID!) { contact(by: {id: $id}) { id } }', { id });
  expect(data).toEqual({ contact: null });
});

it('a contact that is deleted leaves each list that was shown, and none of them is read again', async () => {
  const page = await app.open('/');
  const rows = page.getByRole('listitem');
  await rows.first().waitFor();
  const addresses = () => rows.getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  const before = await addresses();

  await page.getByRole('combobox', { name: 'Has' }).selectOption('E-mail');
  const { data } = await app.query('{ contacts(filter: {hasEmail: true}) { totalCount } }');
  await page.getByText(`${data.contacts.totalCount.toLocaleString('en')} contacts`, { exact: true }).waitFor();
  const row = rows.nth(2).getByRole('link');
  const address = await row.getAttribute('href');
  expect(before).toContain(address);
  await row.click();
  await page.getByRole('button', { name: 'Delete' }).click();
  app.emulator.control.clearLog();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();

  await page.getByRole('link', { name: 'Clear the filters' }).click();
  await expect.poll(() => new URL(page.url()).search).toBe('');
  await expect
    .poll(async () => (await addresses()).slice(0, before.length - 1))
    .toEqual(before.filter((other) => other !== address));
  expect(app.emulator.control.counts()).toMatchObject({ deleteContact: 1, contacts: 0 });
  expect(app.complaints).toEqual([]);
});

it('a token is issued with its activation URL as a QR code, and stands for the contact', async () => {
  const page = await app.open(adaPath);
  await page.getByRole('button', { name: 'Issue a token' }).click();
  const dialog = page.getByRole('dialog', { name: 'A token for Ada Rossi' });
  await dialog.getByLabel('Uses').fill('1000');
  await dialog.getByRole('button', { name: 'Issue' }).click();
  await dialog.getByRole('alert').getByText('100').waitFor();
  await dialog.getByLabel('Uses').fill('3');
  await dialog.getByRole('button', { name: 'Issue' }).click();
  await dialog.getByRole('img', { name: 'QR code of the activation URL' }).waitFor();
  const token = await dialog.locator('code').textContent();
  const { data } = await app.query(
    'mutation ($token: String!) { redeemContactToken(input: {token: $token}) { contact { firstName } } }',
    { token },
  );
  expect(data.redeemContactToken.contact).toEqual({ firstName: 'Ada' });
});
