import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { startEmulator } from '../../../emulator/emulator.ts';
import { createAead } from '../../../src/crypto/aead.ts';
import { createCursorCipher } from '../../../src/crypto/cursor-cipher.ts';
import { createLocalIdempotencyStore, type IdempotencyStore } from '../../../src/idempotency/store.ts';
import { create, issue } from '../../support/creation.ts';
import { startGateway } from '../../support/gateway.ts';
import { idOf } from '../../support/write-gateway.ts';

const sealKey = randomBytes(32);
const email = 'canary.mail@example.com';

/** A store that has kept all that it was ever given. */
function hoarding(records: [key: string, record: Buffer][]): IdempotencyStore {
  const store = createLocalIdempotencyStore(2 ** 20);
  return {
    ...store,
    async reserve(key, record, busyMs) {
      records.push([key, record]);
      const claim = await store.reserve(key, record, busyMs);
      if (claim?.state !== 'yours') return claim;
      return {
        ...claim,
        complete(answer) {
          records.push([key, answer]);
          return claim.complete(answer);
        },
      };
    },
  };
}

test('even who has the key to open what is kept finds no password, no person and no idempotency key in it', async () => {
  const records: [string, Buffer][] = [];
  const emulator = await startEmulator({ contacts: 20 });
  const cursors = createCursorCipher(createAead([sealKey], 'cursor'));
  const { query, close } = await startGateway({
    env: { CURSOR_KEYS: sealKey.toString('base64') },
    shared: { emulator, cursors, keys: hoarding(records) },
  });
  await create(query, 'CanaryKey', { email, firstName: 'CanaryName', password: 'CanaryPassword' });
  const { data } = await create(query, 'CanaryKey-2', { email });
  await create(query, 'CanaryKey-2', { email });
  emulator.control.fault({ path: '/v3/customers', kind: 'status', status: 500, message: 'CanaryPassword' });
  await create(query, 'CanaryKey-3', { email, password: 'CanaryPassword' });
  const issued = await issue(query, idOf(demo.contactId), 'CanaryKey');
  await close();
  await emulator.close();

  const seal = createAead([sealKey], 'idempotency');
  const opened = records.map(([key, record]) => String(seal.decrypt(record, `once:${key}`))).join('\n');
  const sealed = records.map(([key, record]) => key + record.toString('latin1')).join('\n');
  const { password } = data.createContact;
  expect(password).toMatch(/^[A-Z]{10}$/);
  for (const text of [password, email]) expect(opened + sealed).not.toContain(text);
  expect((opened + sealed).toLowerCase()).not.toContain('canary');
  // A token without which a repeat would be of no use is kept, and sealed.
  const { token } = issued.data.issueContactToken;
  expect(opened).toContain(token);
  expect(sealed).not.toContain(token);
});
