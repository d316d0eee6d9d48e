// A primary of a cluster ends, and its replica takes over.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectValkey } from '../../src/valkey/connection.ts';
import { subscribeToValkey } from '../../src/valkey/subscription.ts';
import { type ClusterNode, type RedisCluster, startRedisCluster } from '../support/redis-cluster.ts';

const script = "redis.call('PUBLISH', 'news', ARGV[1]) return redis.call('INCRBY', KEYS[1], 1)";

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster({ replicas: 1 });
}, 60_000);
afterAll(() => cluster.close());

test('when a primary ends its replica takes over without a restart, and messages are received again', async () => {
  const states: string[] = [];
  const heard: string[] = [];
  let ups = 0;
  const valkey = connectValkey(
    cluster.url,
    (reason) => states.push(reason),
    () => states.push('up'),
  );
  const subscription = subscribeToValkey({
    ...{ address: cluster.url, channel: 'news', beatMs: 50, onMessage: (text) => void heard.push(text) },
    onUp: () => {
      ups += 1;
    },
    onOutage: (reason) => states.push(`news ${reason}`),
    onRecovery: () => states.push('news up'),
  });
  const publish = (key: string, text: string) => valkey.run(script, key, [text], Number);
  try {
    const [primary] = cluster.primaries as [ClusterNode];
    const keys = Array.from({ length: 30 }, (_, index) => `key${index}`);
    await expect.poll(() => Promise.all(keys.map((key) => publish(key, 'first')))).not.toContain(undefined);
    const [moved = ''] = Object(await primary.call('KEYS', 'key*'));
    await expect.poll(subscription.isUp).toBe(true);
    for (const { call } of cluster.primaries) expect(await call('PUBSUB', 'NUMSUB', 'news')).toEqual(['news', 1]);
    // The replica has received what was written before.
    await primary.call('WAIT', 1, 5_000);
    const before = Number(await publish(moved, 'second'));
    await primary.call('WAIT', 1, 5_000);
    states.length = 0;
    ups = 0;
    await primary.kill();
    await expect.poll(subscription.isUp).toBe(false);
    await expect.poll(() => publish(moved, 'third'), { timeout: 20_000, interval: 100 }).toBe(before + 1);
    await expect.poll(subscription.isUp, { timeout: 10_000 }).toBe(true);
    expect(ups).toBeGreaterThan(0);
    const texts = keys.map((key) => `of ${key}`);
    await Promise.all(keys.map((key) => publish(key, `of ${key}`)));
    await expect.poll(() => texts.filter((text) => !heard.includes(text))).toEqual([]);
    const other = keys.find((key) => key !== moved) ?? '';
    await expect.poll(() => publish(other, 'more').then(() => states.includes('up')), { timeout: 10_000 }).toBe(true);
    expect(states.filter((state) => !state.startsWith('news'))).toEqual([expect.any(String), 'up']);
    expect(states.filter((state) => state.startsWith('news'))).toEqual([expect.any(String), 'news up']);
  } finally {
    subscription.close();
    valkey.close();
  }
}, 60_000);
