/** Lists that clients read while replicas are stopped, killed and started, and while the Redis of the replicas fails over. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Forward, startForward } from '../support/forward.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { readList } from './support/read-list.ts';
import { type ReplicaSet, replicaCount, startReplicaSet } from './support/replica-set.ts';

const rows = 1_000;
let primary: RedisServer;
let second: RedisServer;
let network: Forward;
let set: ReplicaSet;
let expected: string[];
beforeAll(async () => {
  primary = await startRedis();
  second = await startRedis();
  network = await startForward(primary.address);
  set = await startReplicaSet({ valkeyUrl: `redis://127.0.0.1:${network.port}`, contacts: rows });
  expected = (await readList(set)).cids;
  expect(new Set(expected).size).toBe(rows);
});
afterAll(async () => {
  await set.close();
  await network.close();
  await primary.close();
  await second.close();
});

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'lists are read with each row once and in order while each replica in turn gets %s and is started again',
  async (signal) => {
    let isDone = false;
    const failures: Record<string, number>[] = [];
    async function read(pageSize: number): Promise<void> {
      while (!isDone) {
        const reading = await readList(set, { pageSize });
        expect(reading.cids).toEqual(expected);
        failures.push(reading.failures);
      }
    }
    const readers = Promise.all([read(100), read(70), read(30)]);
    for (let index = 0; index < replicaCount; index += 1) {
      const before = failures.length;
      await expect.poll(() => failures.length).toBeGreaterThan(before);
      await set.end(index, signal);
      await set.start(index);
    }
    isDone = true;
    await readers;
    // A replica that is killed takes the pending requests with it, and nothing else fails; one that stops answers them.
    const codes = new Set(failures.flatMap((each) => Object.keys(each)));
    expect([...codes]).toEqual(signal === 'SIGTERM' ? [] : codes.size === 0 ? [] : ['CONNECTION']);
  },
);

test('a list is read with each row once and in order while the primary becomes read-only and its name leads to a new one', async () => {
  const { cids, failures } = await readList(set, {
    async afterPage(pages) {
      if (pages === 3) await primary.call('REPLICAOF', '127.0.0.1', 1);
      if (pages === 7) network.target(second.address);
    },
  });
  expect(cids).toEqual(expected);
  expect(failures).toEqual({});
  await expect
    .poll(async () => {
      set.emulator.control.clearLog();
      const { pages } = await readList(set);
      return set.emulator.control.counts().contacts - pages;
    })
    .toBe(1);
  expect(await second.call('DBSIZE')).toBeGreaterThan(0);
});
