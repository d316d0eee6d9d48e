/**
 * Lists that clients read through three replicas while the Redis of the replicas fails: each row once and in order, and full
 * speed again afterwards without a restart.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Forward, startForward } from '../support/forward.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { orders, readList } from './support/read-list.ts';
import { type ReplicaSet, startReplicaSet } from './support/replica-set.ts';

let redis: RedisServer;
let network: Forward;
let set: ReplicaSet;
let expected: Record<keyof typeof orders, string[]>;
beforeAll(async () => {
  redis = await startRedis('--enable-debug-command', 'yes');
  network = await startForward(redis.address);
  set = await startReplicaSet({ valkeyUrl: `redis://127.0.0.1:${network.port}`, contacts: 1_000 });
  expected = {
    byTime: (await readList(set)).cids,
    unordered: (await readList(set, { orderBy: null })).cids,
  };
  expect([expected.byTime, expected.unordered].map((cids) => new Set(cids).size)).toEqual([1_000, 1_000]);
});
afterAll(async () => {
  await set?.close();
  await network?.close();
  await redis?.close();
});

/** Waits until a list costs as many calls as it has pages, and one that shows its end. */
async function waitForFullSpeed(): Promise<void> {
  await expect
    .poll(
      async () => {
        set.emulator.control.clearLog();
        const { pages, failures } = await readList(set);
        return { failures, moreCalls: set.emulator.control.counts().contacts - pages };
      },
      { interval: 100 },
    )
    .toEqual({ failures: {}, moreCalls: 1 });
}

type Failure = { name: string; begin: () => unknown; end: () => unknown };

const failures: readonly Failure[] = [
  { name: 'is killed and restarts empty', begin: () => redis.kill(), end: () => redis.restart() },
  { name: 'stops to answer', begin: () => redis.pause(), end: () => redis.resume() },
  { name: 'is flushed', begin: () => redis.call('FLUSHALL'), end: () => undefined },
  {
    name: 'is full and evicts nothing',
    begin: () => redis.call('CONFIG', 'SET', 'maxmemory', 1, 'maxmemory-policy', 'noeviction'),
    end: () => redis.call('CONFIG', 'SET', 'maxmemory', 0),
  },
  {
    name: 'is blocked by a command for a second',
    begin: () => void redis.call('DEBUG', 'SLEEP', 1),
    end: () => undefined,
  },
  { name: 'is slow within the time-out', begin: () => network.delay(100), end: () => network.delay(0) },
  { name: 'is slower than the time-out', begin: () => network.delay(600), end: () => network.delay(0) },
  { name: 'cannot be reached', begin: () => network.cut(true), end: () => network.cut(false) },
  {
    name: 'is read-only, as a replica without its primary',
    begin: () => redis.call('REPLICAOF', '127.0.0.1', 1),
    end: () => redis.call('REPLICAOF', 'NO', 'ONE'),
  },
];

describe.each(Object.keys(orders) as (keyof typeof orders)[])('a list in the order %s', (order) => {
  test.each(failures)('is read with each row once and in order while Redis $name', async ({ begin, end }) => {
    const { cids, failures } = await readList(set, {
      orderBy: orders[order],
      async afterPage(pages) {
        if (pages === 3) await begin();
        if (pages === 7) await end();
      },
    });
    expect(cids).toEqual(expected[order]);
    expect(failures).toEqual({});
    await waitForFullSpeed();
  });
});
