import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createAead } from '../../src/crypto/aead.ts';
import { Secret } from '../../src/crypto/secret.ts';
import { OutcomeUnknown, UpstreamUnavailable } from '../../src/errors.ts';
import { createIdempotency } from '../../src/idempotency/idempotency.ts';
import { createLocalIdempotencyStore, type IdempotencyStore } from '../../src/idempotency/store.ts';
import { createContactStub, writeIdempotently } from '../support/idempotent-write.ts';

const keys = [randomBytes(32), randomBytes(32)] as const;

let store: IdempotencyStore;
beforeEach(() => {
  store = createLocalIdempotencyStore(2 ** 20);
});

const encryptedWith = (...encryptionKeys: [Buffer, ...Buffer[]]) =>
  createIdempotency({ store, aead: createAead(encryptionKeys, 'idempotency'), deadlineMs: 2_000 });

describe('idempotent writes and their store', () => {
  test('a write with a key is refused when the store makes no reservation', async () => {
    const idempotency = createIdempotency({
      store: { reserve: async () => undefined, close: async () => undefined },
      aead: createAead([keys[0]], 'idempotency'),
      deadlineMs: 2_000,
    });
    const write = createContactStub();
    await expect(writeIdempotently(idempotency, write)).rejects.toThrow(UpstreamUnavailable);
    expect(write).not.toHaveBeenCalled();
    expect(await writeIdempotently(idempotency, write, { header: undefined })).toMatchObject({ cid: 'c-1' });
  });

  test('when the result of a write cannot be recorded, the write is answered and its repeat has an unknown outcome', async () => {
    const lossy: IdempotencyStore = {
      ...store,
      async reserve(...args) {
        const reservation = await store.reserve(...args);
        return reservation?.state === 'yours' ? { ...reservation, complete: async () => undefined } : reservation;
      },
    };
    const idempotency = createIdempotency({
      store: lossy,
      aead: createAead([keys[0]], 'idempotency'),
      deadlineMs: -60_000,
    });
    const write = createContactStub();
    expect(await writeIdempotently(idempotency, write)).toEqual({ cid: 'c-1', password: 'canary' });
    await expect(writeIdempotently(idempotency, write)).rejects.toThrow(OutcomeUnknown);
    expect(write).toHaveBeenCalledTimes(1);
  });

  test('the store gets no readable key, input or result', async () => {
    const reserve = vi.spyOn(store, 'reserve');
    const header = 'canary-key';
    await writeIdempotently(encryptedWith(keys[0]), createContactStub(), {
      header,
      input: { password: new Secret('canary'), email: 'ada@canary.example' },
    });
    const { record } = (await store.reserve(String(reserve.mock.calls[0]?.[0]), Buffer.alloc(0), 1, 'caller')) as {
      record: Buffer;
    };
    expect(record.length).toBeGreaterThan(28);
    const all = inspect(reserve.mock.calls, { depth: 9, maxArrayLength: null }) + record.toString('latin1');
    for (const text of ['canary', 'createContact', 'ada', 'c-1']) expect(all).not.toContain(text);
  });
});

describe('idempotency records when the encryption keys are rotated', () => {
  test('a repeat gets its result when a new encryption key is placed before the old one', async () => {
    const write = createContactStub();
    await writeIdempotently(encryptedWith(keys[0]), write);
    expect(await writeIdempotently(encryptedWith(keys[1], keys[0]), write)).toMatchObject({ cid: 'c-1' });
    expect(write).toHaveBeenCalledTimes(1);
  });

  test('a write is not repeated when its encryption key was removed', async () => {
    const write = createContactStub();
    await writeIdempotently(encryptedWith(keys[0]), write);
    await expect(writeIdempotently(encryptedWith(keys[1]), write)).rejects.toThrow(OutcomeUnknown);
    expect(write).toHaveBeenCalledTimes(1);
  });
});
