import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../../emulator/emulator.ts';
import { Secret } from '../../../src/crypto/secret.ts';
import { createContext } from '../../../src/operation/operation.ts';
import { createUpstreamClient, type UpstreamClient } from '../../../src/upstream/client/client.ts';
import { createServiceCredential } from '../../../src/upstream/credential/service-credential.ts';
import { scopes } from '../../../src/upstream/wire/index.ts';
import { contextOptions, deadlineIn } from '../../support/context.ts';

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

test('the contact loader does not answer from a page whose scroll is older than a write to that contact', async () => {
  const { organizationId, clientKey, clientSecret } = emulator;
  const credential = createServiceCredential({ client, clientKey, clientSecret: new Secret(clientSecret) });
  const shared = {
    caller: { organizationId, subject: 'test', scopes, credential },
    ...contextOptions(client),
  };
  const newContext = () => createContext({ ...shared, deadline: deadlineIn() });
  const { sid } = await newContext().scrolls.open({}, 10);
  const [, cid = ''] = emulator
    .contacts()
    .map(({ cid }) => cid)
    .slice(10);
  await newContext().writes.updateContact(cid, { firstName: 'Renamed' });
  const { scrolls, loaders } = newContext();
  const { rows: contacts } = await scrolls.continue({}, 10, sid ?? '');
  expect(contacts.map(({ cid }) => cid)).toContain(cid);
  expect((await loaders.contact.load(cid)).firstName).toBe('Renamed');
  const [other] = contacts.filter((contact) => contact.cid !== cid);
  emulator.control.clearLog();
  expect(await loaders.contact.load(other?.cid ?? '')).toBe(other);
  expect(emulator.control.calls()).toEqual([]);
});
