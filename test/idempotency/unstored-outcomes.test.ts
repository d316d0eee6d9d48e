/** Outcomes of writes that the shared store does not confirm: the store fails between the reservation and the answer. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { createAead } from '../../src/crypto/aead.ts';
import type { IdempotencyStore, OwnReservation } from '../../src/idempotency/store.ts';
import type { UnstoredOutcomesOptions } from '../../src/idempotency/unstored-outcomes.ts';
import { createValkeyIdempotencyStore } from '../../src/idempotency/valkey-store.ts';
import { createLog } from '../../src/log.ts';
import { createStores } from '../../src/stores.ts';
import { connectValkey } from '../../src/valkey/connection.ts';
import { startForward } from '../support/forward.ts';
import { requireOwnReservation, waitForIdempotencyStore } from '../support/idempotency.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';

let redis: RedisServer;
const open: IdempotencyStore[] = [];
let givenUp = 0;

async function connect(options: UnstoredOutcomesOptions = {}): Promise<IdempotencyStore> {
  const valkey = connectValkey(redis.address, () => undefined);
  const onGivenUp = (count: number) => {
    givenUp += count;
  };
  const store = createValkeyIdempotencyStore(valkey, undefined, { retryMs: 20, maxRetryMs: 50, onGivenUp, ...options });
  open.push(store);
  await waitForIdempotencyStore(store);
  return store;
}
beforeEach(async () => {
  redis = await startRedis();
  givenUp = 0;
});
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  await redis.close();
});

const reserve = (store: IdempotencyStore, key = 'key') => store.reserve(key, Buffer.from('reserved'), 60_000, 'caller');
const answer = Buffer.from('the answer');
const done = { state: 'done', record: answer };

/** Reserves keys, and ends the server before their outcomes are known. */
async function reserveAndKill(store: IdempotencyStore, ...keys: string[]): Promise<OwnReservation[]> {
  const reservations: OwnReservation[] = [];
  for (const key of keys) reservations.push(requireOwnReservation(await reserve(store, key)));
  await redis.kill();
  return reservations;
}

test('a repeated request is answered from memory while the server is down', async () => {
  const store = await connect();
  const [reservation] = await reserveAndKill(store, 'key');
  await reservation?.complete(answer);
  expect(await reserve(store)).toEqual(done);
  expect(await reserve(store, 'another')).toBeUndefined();
});

test('an outcome reaches a server that has restarted empty, for all replicas and with the rest of its 24 hours', async () => {
  const [store, other] = [await connect(), await connect()];
  const [reservation] = await reserveAndKill(store, 'key');
  await reservation?.complete(answer);
  await redis.restart();
  await expect.poll(() => redis.call('EXISTS', 'contactgraph:once:1:key')).toBe(1);
  const msLeft = Number(await redis.call('PTTL', 'contactgraph:once:1:key'));
  expect(msLeft).toBeGreaterThan(24 * 3_600_000 - 60_000);
  expect(msLeft).toBeLessThan(24 * 3_600_000);
  await waitForIdempotencyStore(other);
  expect(await reserve(other)).toEqual(done);
});

test('a key whose write was refused is free again once the server is back with its reservation', async () => {
  const store = await connect();
  const reservation = requireOwnReservation(await reserve(store));
  await redis.call('SAVE');
  await redis.kill();
  await reservation.release();
  expect(await reserve(store)).toBeUndefined();
  await redis.restart();
  await expect.poll(() => redis.call('EXISTS', 'contactgraph:once:1:key')).toBe(0);
  await waitForIdempotencyStore(store);
  expect(await reserve(store)).toMatchObject({ state: 'yours' });
});

test('an outcome that is sent late does not replace that of another replica, which has made the write', async () => {
  const [store, other] = [await connect({ retryMs: 600_000 }), await connect()];
  const [reservation] = await reserveAndKill(store, 'key');
  await reservation?.complete(answer);
  await redis.restart();
  await waitForIdempotencyStore(other);
  await requireOwnReservation(await reserve(other)).complete(Buffer.from('its answer'));
  await waitForIdempotencyStore(store);
  await store.close();
  expect(await reserve(other)).toEqual({ state: 'done', record: Buffer.from('its answer') });
  expect(givenUp).toBe(0);
});

test('a store that is closed sends its outcomes once more', async () => {
  const [store, other] = [await connect({ retryMs: 600_000 }), await connect()];
  const [reservation] = await reserveAndKill(store, 'key');
  await reservation?.complete(answer);
  await redis.restart();
  await waitForIdempotencyStore(store);
  await waitForIdempotencyStore(other);
  expect(await reserve(other, 'other')).toMatchObject({ state: 'yours' });
  await store.close();
  expect(await reserve(other)).toEqual(done);
});

test('the stores of a gateway that stops send the outcomes before they close the connection', async () => {
  const keys = [Buffer.alloc(32, 1)] as const;
  const network = await startForward(redis.address);
  const config = readConfig({
    VALKEY_URL: `redis://127.0.0.1:${network.port}`,
    CURSOR_KEYS: keys[0].toString('base64'),
  });
  const stores = createStores(config, (purpose) => createAead(keys, purpose), createLog('silent'));
  await waitForIdempotencyStore(stores.idempotencyStore);
  const reservation = requireOwnReservation(await reserve(stores.idempotencyStore));
  await redis.call('ACL', 'SETUSER', 'default', '-hset');
  await reservation.complete(answer);
  await redis.call('ACL', 'SETUSER', 'default', '+hset');
  await stores.close();
  await network.close();
  expect(await reserve(await connect())).toEqual(done);
});

test('a store that is closed while the server is down reports how many outcomes it gives up', async () => {
  const store = await connect();
  for (const reservation of await reserveAndKill(store, 'one', 'two')) await reservation.complete(answer);
  await store.close();
  expect(givenUp).toBe(2);
});

test('beyond their number the oldest outcomes are given up', async () => {
  const store = await connect({ max: 2 });
  for (const reservation of await reserveAndKill(store, 'one', 'two', 'three')) await reservation.complete(answer);
  expect(givenUp).toBe(1);
  expect(await Promise.all(['one', 'two', 'three'].map((key) => reserve(store, key)))).toEqual([undefined, done, done]);
});

test('beyond their bytes the oldest outcomes are given up', async () => {
  const store = await connect({ maxBytes: 1_500 });
  for (const reservation of await reserveAndKill(store, 'one', 'two', 'three')) await reservation.complete(answer);
  expect(givenUp).toBe(1);
  expect(await reserve(store, 'one')).toBeUndefined();
});
