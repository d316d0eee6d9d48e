import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { IdempotencyStore } from '../../src/idempotency/store.ts';
import { createValkeyIdempotencyStore } from '../../src/idempotency/valkey-store.ts';
import { connectValkey, type Valkey } from '../../src/valkey/connection.ts';
import { requireOwnReservation, waitForIdempotencyStore } from '../support/idempotency.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';

const day = 24 * 60 * 60_000;
const busyMs = 60_000;
const record = Buffer.from('claimed');
const answer = Buffer.from('kept');

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

const open: IdempotencyStore[] = [];
let outages: string[] = [];
function connect(): IdempotencyStore {
  const store = createValkeyIdempotencyStore(connectValkey(redis.address, (reason) => outages.push(reason)));
  open.push(store);
  return store;
}
let store: IdempotencyStore;
let key = '';
let tests = 0;
beforeEach(async () => {
  tests += 1;
  key = `key-${tests}`;
  store = connect();
  await waitForIdempotencyStore(store);
  outages = [];
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const hash = () => `contactgraph:once:1:${key}`;
const msLeft = async () => Number(await redis.call('PTTL', hash()));
const reserve = (by = store) => by.reserve(key, record, busyMs, 'caller');

test('of two replicas that reserve one key at the same time, one gets the reservation', async () => {
  const other = connect();
  await waitForIdempotencyStore(other);
  const reservations = await Promise.all([reserve(), reserve(other)]);
  expect(reservations.map((one) => one?.state).sort()).toEqual(['busy', 'yours']);
});

test('a key is kept for 24 hours after its reservation, and again after its result', async () => {
  const reservation = requireOwnReservation(await reserve());
  expect(await msLeft()).toBeGreaterThan(day - 10_000);
  await redis.call('PEXPIRE', hash(), busyMs);
  await reservation.complete(answer);
  expect(await msLeft()).toBeGreaterThan(day - 10_000);
  expect(await msLeft()).toBeLessThanOrEqual(day);
});

test('reading a key does not extend its lifetime', async () => {
  await requireOwnReservation(await reserve()).complete(answer);
  await redis.call('PEXPIRE', hash(), busyMs);
  await reserve();
  expect(await msLeft()).toBeLessThanOrEqual(busyMs);
});

test('a lost reservation cannot release or complete the reservation of another owner', async () => {
  const lostReservation = requireOwnReservation(await reserve());
  await redis.call('DEL', hash());
  requireOwnReservation(await reserve());
  await lostReservation.release();
  await lostReservation.complete(answer);
  expect(await reserve()).toEqual({ state: 'busy', record });
});

test('a reservation that is lost before it is confirmed is not returned', async () => {
  const valkey = connectValkey(redis.address, () => undefined);
  const losing: Valkey = {
    ...valkey,
    async run(...args) {
      const answer = await valkey.run(...args);
      if (answer === 'yours') await redis.call('DEL', hash());
      return answer;
    },
  };
  const fragile = createValkeyIdempotencyStore(losing);
  open.push(fragile);
  await expect.poll(() => valkey.run("return 'up'", 'any', [], String)).toBe('up');
  expect(await reserve(fragile)).toBeUndefined();
  requireOwnReservation(await reserve());
});

test('a result is recorded although its reservation was lost', async () => {
  const lostReservation = requireOwnReservation(await reserve());
  await redis.call('DEL', hash());
  await lostReservation.complete(answer);
  expect(await reserve()).toEqual({ state: 'done', record: answer });
});

describe('the idempotency store in Valkey during an outage', () => {
  test('no key can be reserved while the server is down, and one can after its restart', async () => {
    await redis.kill();
    expect([await reserve(), await reserve()]).toEqual([undefined, undefined]);
    expect(outages).toHaveLength(1);
    await redis.restart();
    await waitForIdempotencyStore(store);
    requireOwnReservation(await reserve());
  });

  test('complete and release do not fail when the server is down', async () => {
    const reservation = requireOwnReservation(await reserve());
    await redis.kill();
    await expect(reservation.complete(answer)).resolves.toBeUndefined();
    await expect(reservation.release()).resolves.toBeUndefined();
    await redis.restart();
  });

  test('a reservation fails within a second while the server hangs, and the reservation that the server makes later expires', async () => {
    redis.pause();
    const before = performance.now();
    expect(await reserve()).toBeUndefined();
    expect(performance.now() - before).toBeLessThan(1_000);
    redis.resume();
    await waitForIdempotencyStore(store);
    // The server has executed the reservation although no caller waits for it.
    expect((await reserve())?.state).toBe('busy');
    await expect.poll(async () => (await reserve())?.state, { timeout: 5_000 }).toBe('yours');
  });

  test('a key stays reserved when the server hangs after the reservation', async () => {
    const reservation = requireOwnReservation(await store.reserve(key, record, 300, 'caller'));
    redis.pause();
    await reservation.complete(answer);
    redis.resume();
    await waitForIdempotencyStore(store);
    await wait(300);
    // The result may have arrived late. In either case no other caller gets the key.
    expect((await reserve())?.state).toMatch(/^(done|left)$/);
  });

  test('no key can be reserved while the memory of the server is full, but one can be released', async () => {
    const reservation = requireOwnReservation(await reserve());
    await redis.call('CONFIG', 'SET', 'maxmemory', 1);
    expect(await store.reserve(`${key}-other`, record, busyMs, 'caller')).toBeUndefined();
    await reservation.release();
    await redis.call('CONFIG', 'SET', 'maxmemory', 0);
    expect(outages[0]).toBe('OOM');
    requireOwnReservation(await reserve());
  });

  test('no key can be reserved when the server holds a value of another type under it', async () => {
    await redis.call('SET', hash(), 'not a key');
    expect(await reserve()).toBeUndefined();
    expect(outages).toEqual(['WRONGTYPE']);
  });
});

describe('the share of one caller', () => {
  const reserveAs = (caller: string, name: string, by: IdempotencyStore) =>
    by.reserve(`${key}-${name}`, record, busyMs, `${key}-${caller}`);
  let small: IdempotencyStore;
  beforeEach(async () => {
    small = createValkeyIdempotencyStore(
      connectValkey(redis.address, () => undefined),
      2,
    );
    open.push(small);
    await waitForIdempotencyStore(small);
  });

  test('a caller with too many new keys gets no further one for an hour, but the records of its keys; others get theirs', async () => {
    for (const name of ['a', 'b']) requireOwnReservation(await reserveAs('one', name, small));
    const refused = await reserveAs('one', 'c', small);
    expect(refused).toEqual({ state: 'exceeded', retryAfterMs: expect.any(Number) });
    if (refused?.state !== 'exceeded') return;
    expect(refused.retryAfterMs).toBeGreaterThan(day / 24 - 60_000);
    expect(refused.retryAfterMs).toBeLessThanOrEqual(day / 24);
    expect(await redis.call('EXISTS', `contactgraph:once:1:${key}-c`)).toBe(0);
    expect((await reserveAs('one', 'a', small))?.state).toBe('busy');
    requireOwnReservation(await reserveAs('two', 'd', small));
  });

  test('a key that is released does not count any more', async () => {
    for (let times = 0; times < 5; times += 1) {
      await requireOwnReservation(await reserveAs('one', 'a', small)).release();
    }
    expect((await reserveAs('one', 'b', small))?.state).toBe('yours');
  });
});
