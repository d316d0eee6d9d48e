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

const sealedBy = (...by: [Buffer, ...Buffer[]]) =>
  createIdempotency({ store, aead: createAead(by, 'idempotency'), deadlineMs: 2_000 });

describe('a store', () => {
  test('that keeps nothing is no ground to write on', async () => {
    const by = createIdempotency({
      store: { reserve: async () => undefined, close: async () => undefined },
      aead: createAead([keys[0]], 'idempotency'),
      deadlineMs: 2_000,
    });
    const write = createContactStub();
    await expect(writeIdempotently(by, write)).rejects.toThrow(UpstreamUnavailable);
    expect(write).not.toHaveBeenCalled();
    expect(await writeIdempotently(by, write, { header: undefined })).toMatchObject({ cid: 'c-1' });
  });

  test('that fails before the answer is kept costs the repeat its answer, not the first one', async () => {
    const lossy: IdempotencyStore = {
      ...store,
      async reserve(...args) {
        const claim = await store.reserve(...args);
        return claim?.state === 'yours' ? { ...claim, complete: async () => undefined } : claim;
      },
    };
    const by = createIdempotency({ store: lossy, aead: createAead([keys[0]], 'idempotency'), deadlineMs: -60_000 });
    const write = createContactStub();
    expect(await writeIdempotently(by, write)).toEqual({ cid: 'c-1', password: 'canary' });
    await expect(writeIdempotently(by, write)).rejects.toThrow(OutcomeUnknown);
    expect(write).toHaveBeenCalledTimes(1);
  });

  test('is not told what anybody has sent or got', async () => {
    const told = vi.spyOn(store, 'reserve');
    const header = 'canary-key';
    await writeIdempotently(sealedBy(keys[0]), createContactStub(), {
      header,
      input: { password: new Secret('canary'), email: 'ada@canary.example' },
    });
    const { record } = (await store.reserve(String(told.mock.calls[0]?.[0]), Buffer.alloc(0), 1)) as { record: Buffer };
    expect(record.length).toBeGreaterThan(28);
    const all = inspect(told.mock.calls, { depth: 9, maxArrayLength: null }) + record.toString('latin1');
    for (const text of ['canary', 'createContact', 'ada', 'c-1']) expect(all).not.toContain(text);
  });
});

describe('when the keys of cursors are changed', () => {
  test('a repeat still gets its answer, whichever key comes first', async () => {
    const write = createContactStub();
    await writeIdempotently(sealedBy(keys[0]), write);
    expect(await writeIdempotently(sealedBy(keys[1], keys[0]), write)).toMatchObject({ cid: 'c-1' });
    expect(write).toHaveBeenCalledTimes(1);
  });

  test('and the old one is gone, what was written under it is not written again', async () => {
    const write = createContactStub();
    await writeIdempotently(sealedBy(keys[0]), write);
    await expect(writeIdempotently(sealedBy(keys[1]), write)).rejects.toThrow(OutcomeUnknown);
    expect(write).toHaveBeenCalledTimes(1);
  });
});
