import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLocalIdempotencyStore, type IdempotencyStore } from '../../src/idempotency/store.ts';
import { createValkeyIdempotencyStore } from '../../src/idempotency/valkey-store.ts';
import { connectValkey } from '../../src/valkey/connection.ts';
import { requireOwnReservation, waitForIdempotencyStore } from '../support/idempotency.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

const stores: [string, () => IdempotencyStore][] = [
  ['in this process', () => createLocalIdempotencyStore(2 ** 20)],
  ['in Valkey', () => createValkeyIdempotencyStore(connectValkey(redis.address, () => undefined))],
];

/** Any bytes, like those of a seal. */
const claimed = Buffer.concat([Buffer.of(0, 255, 10, 13), randomBytes(200)]);
const kept = randomBytes(3_000);
const long = 60_000;

describe.each(stores)('a store of keys %s', (_, create) => {
  let store: IdempotencyStore;
  let key = '';
  let tests = 0;
  beforeAll(async () => {
    store = create();
    await waitForIdempotencyStore(store);
  });
  beforeEach(() => {
    tests += 1;
    key = `key-${tests}`;
  });
  afterAll(() => store.close());

  test('gives a key to one of many, and shows the others its claim', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => store.reserve(key, claimed, long)));
    expect(claims.filter((claim) => claim?.state === 'yours')).toHaveLength(1);
    expect(claims.filter((claim) => claim?.state === 'busy')).toHaveLength(19);
    expect(await store.reserve(key, kept, long)).toEqual({ state: 'busy', record: claimed });
  });

  test('shows what was kept, also when the key is asked for again and again', async () => {
    await requireOwnReservation(await store.reserve(key, claimed, long)).complete(kept);
    for (let times = 0; times < 3; times += 1) {
      expect(await store.reserve(key, claimed, long)).toEqual({ state: 'done', record: kept });
    }
  });

  test('gives a key away again when it was released', async () => {
    await requireOwnReservation(await store.reserve(key, claimed, long)).release();
    await requireOwnReservation(await store.reserve(key, kept, long)).complete(claimed);
    expect(await store.reserve(key, kept, long)).toEqual({ state: 'done', record: claimed });
  });

  test('gives nobody the key of an owner that does not come back', async () => {
    requireOwnReservation(await store.reserve(key, claimed, 30));
    await wait(60);
    expect(await store.reserve(key, kept, long)).toEqual({ state: 'left', record: claimed });
    expect(await store.reserve(key, kept, long)).toEqual({ state: 'left', record: claimed });
  });

  test('takes the answer of an owner that comes back late', async () => {
    const late = requireOwnReservation(await store.reserve(key, claimed, 1));
    await wait(20);
    await late.complete(kept);
    expect(await store.reserve(key, claimed, long)).toEqual({ state: 'done', record: kept });
  });

  test('has keys that know nothing of each other', async () => {
    await requireOwnReservation(await store.reserve(key, claimed, long)).complete(kept);
    requireOwnReservation(await store.reserve(`${key}-other`, claimed, long));
  });
});
