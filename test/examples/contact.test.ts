import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Console, card, holdMutation, startConsole } from './support/console.ts';
import { adaPath } from './support/pictures.ts';

let app: Console;

beforeAll(async () => {
  app = await startConsole();
});

afterEach(() => app.emulator.control.reset());

afterAll(async () => {
  await app?.close();
});

const policiesOfAda = async () => {
  const { data } = await app.query(
    '{ contact(by: {cid: "986a372347aac5e4a94516db835d58aa"}) { policies { key accepted } } }',
  );
  return Object.fromEntries(data.contact.policies.map(({ key, accepted }: Record<string, unknown>) => [key, accepted]));
};

it('a page of a contact makes one call for each of its parts, and one for the policies of the organization', async () => {
  const page = await app.open(adaPath);
  await card(page, 'Timeline').getByText('Logged in to the WiFi').first().waitFor();
  await card(page, 'Traffic').getByText('2.2 GB').waitFor();
  await card(page, 'Devices').getByText('Xiaomi').waitFor();
  await card(page, 'Policies').getByText('Privacy policy').waitFor();
  const { contact, events, devices, accountings, organizationPolicies } = app.emulator.control.counts();
  expect({ contact, events, devices, accountings, organizationPolicies }).toEqual({
    ...{ contact: 1, events: 1, devices: 1, accountings: 1, organizationPolicies: 1 },
  });
});

it('the timeline comes later than the rest, so that a slow history holds up nothing', async () => {
  app.emulator.control.latency({ pattern: '/events', ms: 2000 });
  const page = await app.open(adaPath);
  await card(page, 'Traffic').getByText('2.2 GB').waitFor();
  expect(await card(page, 'Timeline').getByRole('status').textContent()).toBe('Timeline …');
  await card(page, 'Timeline').getByText('Logged in to the WiFi').first().waitFor();
});

it.each([
  ['Devices', '/devices', 'Xiaomi'],
  ['Traffic', '/accountings', '2.2 GB'],
  ['Timeline', '/events', 'Logged in to the WiFi'],
])(
  'when the upstream fails for "%s", its card says so and the others show their data, until the user tries again',
  async (title, path, content) => {
    app.emulator.control.fault({ kind: 'status', status: 503, path, times: 1 });
    const page = await app.open(adaPath);
    await card(page, title).getByRole('alert').getByText('The contact service does not answer right now.').waitFor();
    await card(page, 'Profile').getByText('ada.rossi@example.com').waitFor();
    await card(page, 'Policies').getByText('Privacy policy').waitFor();
    expect(await page.getByRole('alert').count()).toBe(1);
    await card(page, title).getByRole('button', { name: 'Try again' }).click();
    await card(page, title).getByText(content).first().waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  },
);

it('a policy switches before the gateway answers, and the answer keeps it', async () => {
  const page = await app.open(adaPath);
  const release = await holdMutation(page);
  const policy = page.getByRole('switch', { name: 'Marketing communications' });
  await policy.uncheck();
  expect(await policy.isDisabled()).toBe(true);
  expect(await policiesOfAda()).toMatchObject({ mktgCommunications: true });
  release();
  await expect.poll(() => policy.isEnabled()).toBe(true);
  expect(await policy.isChecked()).toBe(false);
  expect(await policiesOfAda()).toMatchObject({ mktgCommunications: false });
});

it.each([
  [429, 'Not saved. There were too many requests.'],
  [503, 'It is unknown whether this was done.'],
])('a policy for which the upstream answers %i switches back and says "%s"', async (status, message) => {
  const page = await app.open(adaPath);
  const release = await holdMutation(page);
  app.emulator.control.fault({ kind: 'status', status, method: 'PUT', path: '/policies', times: 1 });
  const policy = page.getByRole('switch', { name: 'E-mail marketing' });
  await policy.uncheck();
  release();
  await page.getByRole('alert').getByText(message).waitFor();
  expect(await policy.isChecked()).toBe(true);
  expect(await policiesOfAda()).toMatchObject({ 'customs.emailMarketing': true });
});

it('a policy that cannot be withdrawn switches back with the message of the gateway', async () => {
  const page = await app.open(adaPath);
  const policy = page.getByRole('switch', { name: 'Privacy policy' });
  await policy.click();
  await page.getByRole('alert').getByText('Not saved. This cannot be taken back.').waitFor();
  expect(await policy.isChecked()).toBe(true);
  expect(app.emulator.control.counts()).toMatchObject({ setPolicies: 0 });
});

it('earlier events follow those that are shown, and a page of them that fails can be loaded again', async () => {
  const page = await app.open(adaPath);
  const events = card(page, 'Timeline').getByRole('listitem');
  await events.first().waitFor();
  expect(await events.count()).toBe(8);
  app.emulator.control.fault({ kind: 'status', status: 503, path: '/events', times: 1 });
  await page.getByRole('button', { name: 'Earlier events' }).click();
  await card(page, 'Timeline').getByRole('alert').waitFor();
  expect(await events.count()).toBe(8);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => events.count()).toBe(28);
});

it('a contact that does not exist, and an address that is none, say so', async () => {
  const unknown = await app.open(`/contacts/${encodeURIComponent(btoa('Contact:00000000000000000000000000000000'))}`);
  await unknown.getByRole('heading', { name: 'There is no such contact' }).waitFor();
  const nowhere = await app.open('/nowhere');
  await nowhere.getByRole('heading', { name: 'There is no such page' }).waitFor();
});
