import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { edge } from '../../emulator/edge-cases.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type Context, createContext } from '../../src/context.ts';
import { Secret } from '../../src/crypto/secret.ts';
import { createUpstreamClient, type UpstreamClient } from '../../src/upstream/client/client.ts';
import { createServiceCredential } from '../../src/upstream/credential/credential.ts';
import { scopes } from '../../src/upstream/wire/index.ts';
import { contextOptions, inTime } from '../support/context.ts';

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
    deadline: inTime(),
  });
});
afterAll(async () => {
  await client.close();
  await emulator.close();
});

const routes = () => emulator.control.calls().map(({ route }) => route);

test('a page primes the contact loader, and leaves the profile to its own call', async () => {
  const { scrolls, loaders } = context;
  const { contacts } = await scrolls.open({ username: 'YYYYYZZZXXX1' }, 1);
  expect(await loaders.contact.load(demo.contactId)).toBe(contacts[0]);
  expect(routes()).toEqual(['contacts']);
  expect(await loaders.profile.load(demo.contactId)).toMatchObject({ language: 'it' });
  expect(routes()).toEqual(['contacts', 'contact']);
});

test('a page that is continued primes it too', async () => {
  const { scrolls, loaders } = context;
  const { sid = '' } = await scrolls.open({}, 5);
  const { contacts } = await scrolls.continue({}, 5, sid);
  for (const contact of contacts) expect(await loaders.contact.load(contact.cid)).toBe(contact);
  expect(routes()).toEqual(['contacts', 'contacts']);
});

test('a profile is all there is: what it does not mention is null, where a page leaves it open', async () => {
  const { scrolls, loaders } = context;
  const { contacts } = await scrolls.open({}, 50);
  const onPage = contacts.find(({ cid }) => cid === edge.bare);
  const { cid, language, custom, document } = await loaders.profile.load(edge.bare);
  expect([cid, language, custom, document]).toEqual([edge.bare, null, null, null]);
  expect([onPage?.cid, onPage?.language, onPage?.custom]).toEqual([edge.bare, undefined, undefined]);
});

test('the contact and its profile are one call', async () => {
  const { loaders } = context;
  const [contact, profile] = await Promise.all([
    loaders.contact.load(demo.contactId),
    loaders.profile.load(demo.contactId),
  ]);
  expect(contact).toBe(profile);
  expect(routes()).toEqual(['contact']);
});

test.each(['contact', 'profile', 'events', 'devices', 'accountings'] as const)(
  'a failure of %s is shared, and not asked again by who comes later',
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
