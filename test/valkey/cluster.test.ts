// A cluster behind VALKEY_URL: its keys are on three nodes, which may fail one by one.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { connectValkey } from '../../src/valkey/connection.ts';
import { type ClusterNode, moveSlot, type RedisCluster, startRedisCluster } from '../support/redis-cluster.ts';

const script = "return redis.call('INCRBY', KEYS[1], ARGV[1])";
const keys = Array.from({ length: 30 }, (_, index) => `key${index}`);

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
}, 60_000);
afterAll(() => cluster.close());

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
  for (const { call } of cluster.primaries) await call('FLUSHALL');
});

/** Connects, waits until all keys are served, and records each change of the state from then on. */
async function connect() {
  const states: string[] = [];
  const valkey = connectValkey(
    cluster.url,
    (reason) => states.push(reason),
    () => states.push('up'),
  );
  opened.push(valkey.close);
  const add = (key: string, amount = 1) => valkey.run(script, key, [amount], Number);
  await expect.poll(() => Promise.all(keys.map((key) => add(key, 0)))).toEqual(keys.map(() => 0));
  if (states.length > 0) await expect.poll(() => add('other').then(() => states.at(-1)), { timeout: 5_000 }).toBe('up');
  states.length = 0;
  return { states, add };
}

/** The keys of each node. */
async function keysOf({ call }: ClusterNode): Promise<string[]> {
  return Object(await call('KEYS', 'key*'));
}

test('each key is on one of the nodes, and a script runs where its key is', async () => {
  const { add, states } = await connect();
  for (let times = 1; times <= 3; times += 1) {
    expect(await Promise.all(keys.map((key) => add(key)))).toEqual(keys.map(() => times));
  }
  const held = await Promise.all(cluster.primaries.map(keysOf));
  expect(held.flat().toSorted()).toEqual(keys.toSorted());
  expect(Math.min(...held.map(({ length }) => length))).toBeGreaterThan(0);
  expect(states).toEqual([]);
});

test('while a slot is moved to another node each script runs exactly once, and none fails', async () => {
  const { add, states } = await connect();
  const [from, to] = cluster.primaries as [ClusterNode, ClusterNode];
  const [moved = ''] = await keysOf(from);
  const answers: unknown[] = [];
  const addTen = async () => {
    for (let times = 0; times < 10; times += 1) answers.push(...(await Promise.all([add(moved), add(moved)])));
  };
  for (const path of [
    [from, to],
    [to, from],
  ] as const) {
    await moveSlot(path, moved, addTen);
    await addTen();
  }
  expect(answers).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
  expect(states).toEqual([]);
});

test('while one node is down the others serve their keys, and it is one outage until the node is back', async () => {
  const { add, states } = await connect();
  const [, , node] = cluster.primaries as [ClusterNode, ClusterNode, ClusterNode];
  const lost = await keysOf(node);
  const others = keys.filter((key) => !lost.includes(key));
  await node.kill();
  for (let times = 1; times <= 20; times += 1) {
    expect(await Promise.all(lost.map((key) => add(key)))).toEqual(lost.map(() => undefined));
    expect(await Promise.all(others.map((key) => add(key)))).toEqual(others.map(() => times));
  }
  expect(states).toHaveLength(1);
  await node.restart();
  await expect.poll(() => add(lost[0] ?? ''), { timeout: 20_000 }).toBe(1);
  await expect.poll(() => add(others[0] ?? '').then(() => states.length), { timeout: 20_000 }).toBe(2);
  expect(states[1]).toBe('up');
});

test('a node that hangs costs the time-out of one command, and does not hinder the others', async () => {
  const { add, states } = await connect();
  const [node] = cluster.primaries as [ClusterNode];
  const lost = await keysOf(node);
  const others = keys.filter((key) => !lost.includes(key));
  node.pause();
  try {
    expect(await add(lost[0] ?? '')).toBeUndefined();
    expect(states).toEqual(['TIMEOUT']);
    for (let times = 1; times <= 20; times += 1) {
      expect(await add(lost[1] ?? '')).toBeUndefined();
      expect(await Promise.all(others.map((key) => add(key)))).toEqual(others.map(() => times));
    }
    expect(states).toEqual(['TIMEOUT']);
  } finally {
    node.resume();
  }
  await cluster.settle();
  await expect.poll(() => add(others[0] ?? '').then(() => states.at(-1)), { timeout: 20_000 }).toBe('up');
  // The first command was executed when the node went on; of the 20 others none was sent.
  expect(await add(lost[0] ?? '')).toBe(2);
  expect(await add(lost[1] ?? '')).toBe(1);
});

test('a script whose connection is lost before its reply is not sent again', async () => {
  const { add } = await connect();
  const [node] = cluster.primaries as [ClusterNode];
  const [key = ''] = await keysOf(node);
  node.pause();
  // Both arrive while the node is paused, so that it handles them in one turn and closes the connection before it replies.
  const answer = add(key);
  const closed = node.call('CLIENT', 'KILL', 'TYPE', 'normal');
  node.resume();
  expect(await closed).toBeGreaterThan(0);
  expect(await answer).toBeUndefined();
  await expect.poll(() => add(key, 0)).toBeDefined();
  expect(await add(key, 0)).toBeLessThanOrEqual(1);
});
