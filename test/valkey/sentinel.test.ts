// Sentinels behind VALKEY_URL: they name the primary, and replace it when it ends.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ValkeySubscription } from '../../src/valkey/channel.ts';
import { findServerProblem } from '../../src/valkey/check-server.ts';
import { connectValkey, type Valkey } from '../../src/valkey/connection.ts';
import { subscribeToValkey } from '../../src/valkey/subscription.ts';
import { type SentinelSet, startSentinelSet } from '../support/redis-sentinel.ts';

const script = "redis.call('PUBLISH', 'news', ARGV[1]) return redis.call('INCRBY', KEYS[1], 1)";

let set: SentinelSet;
let valkey: Valkey;
let subscription: ValkeySubscription;
let states: string[];
let heard: string[];
beforeEach(async () => {
  set = await startSentinelSet();
  [states, heard] = [[], []];
  valkey = connectValkey(
    set.url,
    (reason) => states.push(reason),
    () => states.push('up'),
  );
  subscription = subscribeToValkey({
    ...{ address: set.url, channel: 'news', beatMs: 50, onMessage: (text) => void heard.push(text) },
    onUp: () => undefined,
    onOutage: (reason) => states.push(`news ${reason}`),
    onRecovery: () => states.push('news up'),
  });
  await expect.poll(() => publish('zero')).toBe(1);
  await expect.poll(subscription.isUp).toBe(true);
  states.length = 0;
}, 60_000);
afterEach(async () => {
  subscription.close();
  valkey.close();
  await set.close();
});

const publish = (text: string) => valkey.run(script, 'sum', [text], Number);

test('when the primary ends its replica takes over without a restart, also when a sentinel has ended', async () => {
  await set.primary.call('WAIT', 1, 5_000);
  await set.killSentinel(0);
  await set.primary.kill();
  expect(await publish('one')).toBeUndefined();
  await expect.poll(() => publish('two'), { timeout: 30_000, interval: 100 }).toBe(2);
  await expect.poll(subscription.isUp, { timeout: 10_000 }).toBe(true);
  expect(await publish('three')).toBe(3);
  await expect.poll(() => heard).toContain('three');
  expect(states.filter((state) => !state.startsWith('news'))).toEqual([expect.any(String), 'up']);
  expect(states.filter((state) => state.startsWith('news'))).toEqual([expect.any(String), 'news up']);
  // The former primary comes back as a replica, and nothing is written to it.
  await set.primary.restart();
  await expect.poll(() => set.primary.call('GET', 'sum').catch(() => null), { timeout: 20_000 }).toBe('3');
  expect(await publish('four')).toBe(4);
}, 60_000);

test('a primary that only the gateway can reach is left for the one that has replaced it, also by the subscription', async () => {
  const { primary, replica } = set;
  await primary.call('WAIT', 1, 5_000);
  for (const { call } of [primary, replica]) await call('CONFIG', 'SET', 'min-replicas-max-lag', '1');
  await primary.call('CONFIG', 'SET', 'min-replicas-to-write', '1');
  // Sentinels and the replica cannot log in any more; the connections of the gateway are kept.
  await primary.call('CONFIG', 'SET', 'requirepass', 'secret');
  for (const line of String(await primary.call('CLIENT', 'LIST')).split('\n')) {
    const [, id = '', rest = ''] = /^id=(\d+) (.*)/.exec(line) ?? [];
    if (/ cmd=replconf |name=sentinel-/.test(rest)) await primary.call('CLIENT', 'KILL', 'ID', id);
  }
  await expect.poll(async () => Object(await replica.call('ROLE'))[0], { timeout: 20_000 }).toBe('master');
  const isUsed = async () => (await publish('new')) === Number(await replica.call('GET', 'sum'));
  await expect.poll(isUsed, { timeout: 20_000 }).toBe(true);
  await expect.poll(() => replica.call('PUBSUB', 'NUMSUB', 'news'), { timeout: 20_000 }).toEqual(['news', 1]);
  await expect.poll(subscription.isUp).toBe(true);
  expect(await publish('last')).toBeDefined();
  await expect.poll(() => heard).toContain('last');
}, 60_000);

test('while all sentinels are down the connection to the primary is kept', async () => {
  for (const index of [0, 1, 2]) await set.killSentinel(index);
  expect(await publish('one')).toBe(2);
  expect(states).toEqual([]);
});

test('a gateway does not start with a master that the sentinels do not know, a database that it does not have, or a sentinel as the server', async () => {
  expect(await findServerProblem(set.url)).toBeUndefined();
  expect(await findServerProblem(set.url.replace('=contacts', '=other'))).toMatch(
    /^names a master that its sentinels do not know/,
  );
  expect(await findServerProblem(set.url.replace('/0?', '/99?'))).toMatch(
    /^names a database that the server does not have/,
  );
  const [, sentinel = ''] = /\/\/([^,]+)/.exec(set.url) ?? [];
  expect(await findServerProblem(`redis://${sentinel}`)).toMatch(/^names a sentinel: .* redis-sentinel:\/\//);
  expect(await findServerProblem(`redis-cluster://${sentinel}`)).toMatch(/^names a sentinel/);
});
