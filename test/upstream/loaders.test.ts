import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { edge } from '../../emulator/edge-cases.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import type { Context } from '../../src/context.ts';
import { Secret } from '../../src/crypto/secret.ts';
import { createContext } from '../../src/operation/operation.ts';
import { createUpstreamClient, type UpstreamClient } from '../../src/upstream/client/client.ts';
import { createServiceCredential } from '../../src/upstream/credential/service-credential.ts';
import { scopes } from '../../src/upstream/wire/index.ts';
import { contextOptions, deadlineIn } from '../support/context.ts';

let emulator: Emulator;
let client: UpstreamClient;
let context: Context;
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 50 });
  client = createUpstreamClient({ url: emulator.url });
});
beforeEach(async () => {
  const { organizationId, clientKey, clientSecret } = emulator;
  const credential = createServiceCredential({ client, clientKey, clientSecret: new Secret(clientSecret) });
  await credential.bearer(AbortSignal.timeout(5_000));
  emulator.control.reset();
  context = createContext({
    caller: { organizationId, subject: 'test', scopes, credential },
    ...contextOptions(client),
    deadline: deadlineIn(),
  });
});
afterAll(async () => {
  await client.close();
  await emulator.close();
});

const routes = () => emulator.control.calls().map(({ route }) => route);

test('the contact loader answers the row of a page that was read, and the profile loader makes its own call', async () => {
  const { scrolls, loaders } = context;
  const { rows: contacts } = await scrolls.open({ username: 'YYYYYZZZXXX1' }, 1);
  expect(await loaders.contact.load(demo.contactId)).toBe(contacts[0]);
  expect(routes()).toEqual(['contacts']);
  expect(await loaders.profile.load(demo.contactId)).toMatchObject({ language: 'it' });
  expect(routes()).toEqual(['contacts', 'contact']);
});

test('the contact loader also answers the rows of the second page of a scroll', async () => {
  const { scrolls, loaders } = context;
  const { sid = '' } = await scrolls.open({}, 5);
  const { rows: contacts } = await scrolls.continue({}, 5, sid);
  for (const contact of contacts) expect(await loaders.contact.load(contact.cid)).toBe(contact);
  expect(routes()).toEqual(['contacts', 'contacts']);
});

test('a field that is absent from a profile is null, and one that is absent from a row of a page is undefined', async () => {
  const { scrolls, loaders } = context;
  const { rows: contacts } = await scrolls.open({}, 50);
  const onPage = contacts.find(({ cid }) => cid === edge.bare);
  const { cid, language, custom, document } = await loaders.profile.load(edge.bare);
  expect([cid, language, custom, document]).toEqual([edge.bare, null, null, null]);
  expect([onPage?.cid, onPage?.language, onPage?.custom]).toEqual([edge.bare, undefined, undefined]);
});

test('the contact loader and the profile loader share one call', async () => {
  const { loaders } = context;
  const [contact, profile] = await Promise.all([
    loaders.contact.load(demo.contactId),
    loaders.profile.load(demo.contactId),
  ]);
  expect(contact).toBe(profile);
  expect(routes()).toEqual(['contact']);
});

test.each(['contact', 'profile', 'events', 'devices', 'accountings'] as const)(
  'a failed call of the %s loader is shared, and loading the contact again does not repeat it',
  async (name) => {
    emulator.control.fault({ path: demo.contactId, kind: 'status', status: 500 });
    const load = () => context.loaders[name].load(demo.contactId);
    const [first, twin] = await Promise.allSettled([load(), load()]);
    const [later] = await Promise.allSettled([load()]);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'UPSTREAM_UNAVAILABLE' } });
    expect([twin, later]).toEqual([first, first]);
    expect(routes()).toHaveLength(1);
  },
);

test('a batch starts its calls side by side, and each contact settles with its own call', async () => {
  const { scrolls, loaders } = context;
  const { rows: contacts } = await scrolls.open({}, 3);
  const [slow = '', failed = '', fast = ''] = contacts.map(({ cid }) => cid);
  emulator.control.clearLog();
  emulator.control.fault({ path: `${slow}/devices`, kind: 'hang' });
  emulator.control.fault({ path: `${failed}/devices`, kind: 'status', status: 500 });
  const load = (cid: string) => loaders.devices.load(cid);
  const [pending, rejected, loaded] = [load(slow), load(failed), load(fast)];
  pending.catch(() => undefined); // Its call ends with the context's deadline.
  await expect(rejected).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  expect(await loaded).toEqual(expect.any(Array));
  expect(await Promise.race([pending, 'pending'])).toBe('pending');
  expect(routes()).toEqual(['devices', 'devices', 'devices']);
});

test('after a write the loaders read the contact with new calls', async () => {
  const { loaders, writes } = context;
  const load = () => Promise.all([loaders.contact.load(demo.contactId), loaders.events.load(demo.contactId)]);
  await load();
  await load();
  expect(routes().toSorted()).toEqual(['contact', 'events']);
  await writes.updateContact(demo.contactId, { zipCode: '38068' });
  emulator.control.clearLog();
  await load();
  expect(routes().toSorted()).toEqual(['contact', 'events']);
});
