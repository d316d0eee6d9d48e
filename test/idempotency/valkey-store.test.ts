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
const claim = (by = store) => by.reserve(key, record, busyMs);

test('replicas see the same keys, and one of them may write', async () => {
  const other = connect();
  await waitForIdempotencyStore(other);
  const claims = await Promise.all([claim(), claim(other)]);
  expect(claims.map((one) => one?.state).sort()).toEqual(['busy', 'yours']);
});

test('a key is kept for 24 hours from its claim, and from its answer', async () => {
  const claimed = requireOwnReservation(await claim());
  expect(await msLeft()).toBeGreaterThan(day - 10_000);
  await redis.call('PEXPIRE', hash(), busyMs);
  await claimed.complete(answer);
  expect(await msLeft()).toBeGreaterThan(day - 10_000);
  expect(await msLeft()).toBeLessThanOrEqual(day);
});

test('to ask for a key makes it no younger', async () => {
  await requireOwnReservation(await claim()).complete(answer);
  await redis.call('PEXPIRE', hash(), busyMs);
  await claim();
  expect(await msLeft()).toBeLessThanOrEqual(busyMs);
});

test('nobody settles the claim of another', async () => {
  const lost = requireOwnReservation(await claim());
  await redis.call('DEL', hash());
  requireOwnReservation(await claim());
  await lost.release();
  await lost.complete(answer);
  expect(await claim()).toEqual({ state: 'busy', record });
});

test('a claim that is lost before it is confirmed is none', async () => {
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
  expect(await claim(fragile)).toBeUndefined();
  requireOwnReservation(await claim());
});

test('an answer is kept although its claim was lost', async () => {
  const lost = requireOwnReservation(await claim());
  await redis.call('DEL', hash());
  await lost.complete(answer);
  expect(await claim()).toEqual({ state: 'done', record: answer });
});

describe('a server that', () => {
  test('was killed gives no key, and does so again when it is back', async () => {
    await redis.kill();
    expect([await claim(), await claim()]).toEqual([undefined, undefined]);
    expect(outages).toHaveLength(1);
    await redis.restart();
    await waitForIdempotencyStore(store);
    requireOwnReservation(await claim());
  });

  test('is killed in between takes no answer, which nobody hears of', async () => {
    const claimed = requireOwnReservation(await claim());
    await redis.kill();
    await expect(claimed.complete(answer)).resolves.toBeUndefined();
    await expect(claimed.release()).resolves.toBeUndefined();
    await redis.restart();
  });

  test('hangs gives no key within a second, and what it claims later is free again soon', async () => {
    redis.pause();
    const before = performance.now();
    expect(await claim()).toBeUndefined();
    expect(performance.now() - before).toBeLessThan(1_000);
    redis.resume();
    await waitForIdempotencyStore(store);
    // It has done what nobody waited for any more.
    expect((await claim())?.state).toBe('busy');
    await expect.poll(async () => (await claim())?.state, { timeout: 5_000 }).toBe('yours');
  });

  test('hangs after the claim leaves the key taken', async () => {
    const claimed = requireOwnReservation(await store.reserve(key, record, 300));
    redis.pause();
    await claimed.complete(answer);
    redis.resume();
    await waitForIdempotencyStore(store);
    await wait(300);
    // Either the answer has come through late, or nobody knows; but nobody gets the key.
    expect((await claim())?.state).toMatch(/^(done|left)$/);
  });

  test('has no room gives no key, and takes one back all the same', async () => {
    const claimed = requireOwnReservation(await claim());
    await redis.call('CONFIG', 'SET', 'maxmemory', 1);
    expect(await store.reserve(`${key}-other`, record, busyMs)).toBeUndefined();
    await claimed.release();
    await redis.call('CONFIG', 'SET', 'maxmemory', 0);
    expect(outages[0]).toBe('OOM');
    requireOwnReservation(await claim());
  });

  test('answers with something else gives no key', async () => {
    await redis.call('SET', hash(), 'not a key');
    expect(await claim()).toBeUndefined();
    expect(outages).toEqual(['WRONGTYPE']);
  });
});
