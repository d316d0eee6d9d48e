import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createContext } from '../../src/context.ts';
import { createCursorSeal } from '../../src/cursor-seal.ts';
import { createSeal } from '../../src/seal.ts';
import { Secret } from '../../src/secret.ts';
import { createLocalChanges } from '../../src/upstream/changes.ts';
import { createUpstreamClient, type UpstreamClient } from '../../src/upstream/client.ts';
import { createServiceCredential } from '../../src/upstream/credential.ts';
import { createReadAhead } from '../../src/upstream/read-ahead.ts';
import { createLocalWalkStore } from '../../src/upstream/walk-store.ts';
import { scopes } from '../../src/upstream/wire.ts';
import { noSessions } from '../support/sessions.ts';

let emulator: Emulator;
let client: UpstreamClient;
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 50, edgeCases: false });
  client = createUpstreamClient({ url: emulator.url });
});
afterAll(async () => {
  await client.close();
  await emulator.close();
});

test('a contact on a page of a scroll from before a write is not what the page held', async () => {
  const { organizationId, clientKey, clientSecret } = emulator;
  const credential = createServiceCredential({ client, clientKey, clientSecret: new Secret(clientSecret) });
  const shared = {
    caller: { organizationId, subject: 'test', scopes, credential },
    client,
    organizations: new Map(),
    cursors: createCursorSeal(createSeal([randomBytes(32)], 'change')),
    walks: createLocalWalkStore(1_000_000),
    changes: createLocalChanges(),
    rereadMax: 0,
    ...noSessions,
    ahead: createReadAhead(500),
    maxPageSize: 1000,
  };
  const newContext = () => {
    const signal = AbortSignal.timeout(5_000);
    return createContext({
      ...shared,
      onceOf:
        () =>
        ({ write }) =>
          write(),
      signal,
      timeout: signal,
    });
  };
  const { sid } = await newContext().scrolls.open({}, 10);
  const [, cid = ''] = emulator
    .contacts()
    .map(({ cid }) => cid)
    .slice(10);
  await newContext().writes.updateContact(cid, { firstName: 'Renamed' });
  const { scrolls, loaders } = newContext();
  const { contacts } = await scrolls.continue({}, 10, sid ?? '');
  expect(contacts.map(({ cid }) => cid)).toContain(cid);
  expect((await loaders.contact.load(cid)).firstName).toBe('Renamed');
  const [other] = contacts.filter((contact) => contact.cid !== cid);
  emulator.control.clearLog();
  expect(await loaders.contact.load(other?.cid ?? '')).toBe(other);
  expect(emulator.control.calls()).toEqual([]);
});
