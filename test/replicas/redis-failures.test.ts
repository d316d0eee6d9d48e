/**
 * Lists that clients read through three replicas while the Redis of the replicas fails: each row once and in order, and full
 * speed again afterwards without a restart.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Forward, startForward } from '../support/forward.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { redisFailures } from './support/failures.ts';
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

/** Known before Redis is started, unlike the functions that begin and end a failure. */
const names = [
  'is killed and restarts empty',
  'stops to answer',
  'is flushed',
  'is full and evicts nothing',
  'is blocked by a command for a second',
  'is slow within the time-out',
  'is slower than the time-out',
  'cannot be reached',
  'is read-only, as a replica without its primary',
];

describe.each(Object.keys(orders) as (keyof typeof orders)[])('a list in the order %s', (order) => {
  test.each(names)('is read with each row once and in order while Redis %s', async (name) => {
    const failure = redisFailures(redis, network).find((each) => each.name === name);
    const { cids, failures } = await readList(set, {
      orderBy: orders[order],
      async afterPage(pages) {
        if (pages === 3) await failure?.begin();
        if (pages === 7) await failure?.end();
      },
    });
    expect(cids).toEqual(expected[order]);
    expect(failures).toEqual({});
    await waitForFullSpeed();
  });
});
