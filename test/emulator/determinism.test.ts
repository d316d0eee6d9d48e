import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { second } from '../../emulator/demo.ts';
import { type EmulatorOptions, startEmulator } from '../../emulator/emulator.ts';
import { logInClient } from './support.ts';

test('the same seed gives the same data, and another seed gives other data', async () => {
  const [first, second, other] = await Promise.all([digest({ seed: 1 }), digest({ seed: 1 }), digest({ seed: 2 })]);
  expect(second).toBe(first);
  expect(other).not.toBe(first);
});

test('a generated contact does not depend on the number of contacts', async () => {
  const few = await startEmulator({ contacts: 100 });
  const many = await startEmulator({ contacts: 200 });
  expect(many.contacts().slice(0, 100)).toEqual(few.contacts());
  await Promise.all([few.close(), many.close()]);
});

test('the option edgeCases: false leaves out the edge cases', async () => {
  const clean = await startEmulator({ contacts: 100, edgeCases: false });
  const full = await startEmulator({ contacts: 100 });
  expect(clean.contacts().some(({ cid }) => cid.startsWith('ed9e'))).toBe(false);
  expect(clean.contacts().slice(30)).toEqual(full.contacts().slice(30));
  expect(clean.contacts()).toHaveLength(100);
  await Promise.all([clean.close(), full.close()]);
});

test('the 100,000 contacts of the default options have different cids', async () => {
  const emulator = await startEmulator();
  const contacts = emulator.contacts();
  expect(contacts).toHaveLength(100_000);
  expect(new Set(contacts.map(({ cid }) => cid)).size).toBe(100_000);
  await emulator.close();
});

/** Returns a hash of all profiles, and of the events, devices and WiFi sessions of some contacts. */
async function digest(options: EmulatorOptions): Promise<string> {
  const emulator = await startEmulator({ contacts: 500, ...options });
  const api = await logInClient(emulator);
  const hash = createHash('sha256');
  for (const { cid } of [...emulator.contacts(), ...emulator.contacts(second.organizationId)]) {
    hash.update(JSON.stringify(emulator.find(cid)));
  }
  for (const { cid } of emulator.contacts().slice(0, 60)) {
    for (const kind of ['events', 'devices', 'accountings']) {
      const { text } = await api('GET', `/v2/customers/${cid}/${kind}`);
      hash.update(text.replace(/"generated":"[^"]*"/, ''));
    }
  }
  await emulator.close();
  return hash.digest('hex');
}
