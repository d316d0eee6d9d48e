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

/** Arbitrary bytes, like those of an encrypted record. */
const firstRecord = Buffer.concat([Buffer.of(0, 255, 10, 13), randomBytes(200)]);
const secondRecord = randomBytes(3_000);
const long = 60_000;

describe.each(stores)('an idempotency store %s', (_, create) => {
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

  test('one of 20 concurrent callers gets the reservation of a key, and the others get its record', async () => {
    const reservations = await Promise.all(
      Array.from({ length: 20 }, () => store.reserve(key, firstRecord, long, 'caller')),
    );
    expect(reservations.filter((reservation) => reservation?.state === 'yours')).toHaveLength(1);
    expect(reservations.filter((reservation) => reservation?.state === 'busy')).toHaveLength(19);
    expect(await store.reserve(key, secondRecord, long, 'caller')).toEqual({ state: 'busy', record: firstRecord });
  });

  test('a completed key returns its record each time', async () => {
    await requireOwnReservation(await store.reserve(key, firstRecord, long, 'caller')).complete(secondRecord);
    for (let times = 0; times < 3; times += 1) {
      expect(await store.reserve(key, firstRecord, long, 'caller')).toEqual({ state: 'done', record: secondRecord });
    }
  });

  test('a released key can be reserved again', async () => {
    await requireOwnReservation(await store.reserve(key, firstRecord, long, 'caller')).release();
    await requireOwnReservation(await store.reserve(key, secondRecord, long, 'caller')).complete(firstRecord);
    expect(await store.reserve(key, secondRecord, long, 'caller')).toEqual({ state: 'done', record: firstRecord });
  });

  test('a key whose owner does not complete it in time cannot be reserved by another caller', async () => {
    requireOwnReservation(await store.reserve(key, firstRecord, 30, 'caller'));
    await wait(60);
    expect(await store.reserve(key, secondRecord, long, 'caller')).toEqual({ state: 'left', record: firstRecord });
    expect(await store.reserve(key, secondRecord, long, 'caller')).toEqual({ state: 'left', record: firstRecord });
  });

  test('the owner of a key can complete it after its time', async () => {
    const late = requireOwnReservation(await store.reserve(key, firstRecord, 1, 'caller'));
    await wait(20);
    await late.complete(secondRecord);
    expect(await store.reserve(key, firstRecord, long, 'caller')).toEqual({ state: 'done', record: secondRecord });
  });

  test('the state of one key does not affect another key', async () => {
    await requireOwnReservation(await store.reserve(key, firstRecord, long, 'caller')).complete(secondRecord);
    requireOwnReservation(await store.reserve(`${key}-other`, firstRecord, long, 'caller'));
  });
});
