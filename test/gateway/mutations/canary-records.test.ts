import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { startEmulator } from '../../../emulator/emulator.ts';
import { createAead } from '../../../src/crypto/aead.ts';
import { createCursorCipher } from '../../../src/crypto/cursor-cipher.ts';
import { createLocalIdempotencyStore, type IdempotencyStore } from '../../../src/idempotency/store.ts';
import { createContact, issueContactToken } from '../../support/creation.ts';
import { startGateway } from '../../support/gateway.ts';
import { idOf } from '../../support/write-gateway.ts';

const sealKey = randomBytes(32);
const email = 'canary.mail@example.com';

/** An idempotency store that also copies every record to a list. */
function createCopyingStore(records: [key: string, record: Buffer][]): IdempotencyStore {
  const store = createLocalIdempotencyStore(2 ** 20);
  return {
    ...store,
    async reserve(key, record, busyMs, caller) {
      records.push([key, record]);
      const reservation = await store.reserve(key, record, busyMs, caller);
      if (reservation?.state !== 'yours') return reservation;
      return {
        ...reservation,
        complete(answer) {
          records.push([key, answer]);
          return reservation.complete(answer);
        },
      };
    },
  };
}

test('decrypted idempotency records contain no password, no personal data and no idempotency key', async () => {
  const records: [string, Buffer][] = [];
  const emulator = await startEmulator({ contacts: 20 });
  const cursorCipher = createCursorCipher(createAead([sealKey], 'cursor'));
  const { query, close } = await startGateway({
    env: { CURSOR_KEYS: sealKey.toString('base64') },
    shared: { emulator, cursorCipher, idempotencyStore: createCopyingStore(records) },
  });
  await createContact(query, 'CanaryKey', { email, firstName: 'CanaryName', password: 'CanaryPassword' });
  const { data } = await createContact(query, 'CanaryKey-2', { email });
  await createContact(query, 'CanaryKey-2', { email });
  emulator.control.fault({ path: '/v3/customers', kind: 'status', status: 500, message: 'CanaryPassword' });
  await createContact(query, 'CanaryKey-3', { email, password: 'CanaryPassword' });
  const issued = await issueContactToken(query, idOf(demo.contactId), 'CanaryKey');
  await close();
  await emulator.close();

  const seal = createAead([sealKey], 'idempotency');
  const opened = records.map(([key, record]) => String(seal.decrypt(record, `once:${key}`))).join('\n');
  const sealed = records.map(([key, record]) => key + record.toString('latin1')).join('\n');
  const { password } = data.createContact;
  expect(password).toMatch(/^[A-Z]{10}$/);
  for (const text of [password, email]) expect(opened + sealed).not.toContain(text);
  expect((opened + sealed).toLowerCase()).not.toContain('canary');
  // A customer token is recorded in encrypted form, because a repeated request must return it.
  const { token } = issued.data.issueContactToken;
  expect(opened).toContain(token);
  expect(sealed).not.toContain(token);
});
