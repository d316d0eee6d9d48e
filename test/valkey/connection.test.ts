import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectValkey, type Valkey } from '../../src/valkey/connection.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';

const script = "return redis.call('INCRBY', KEYS[1], ARGV[1])";

let redis: RedisServer;
let valkey: Valkey;
let outages: string[];

beforeEach(async () => {
  redis = await startRedis();
  outages = [];
  valkey = connectValkey(redis.address, (reason) => outages.push(reason));
  await expect.poll(() => valkey.run("return 'up'", 'any', [], String)).toBe('up');
  outages = [];
  await redis.call('CONFIG', 'RESETSTAT');
});
afterEach(async () => {
  valkey.close();
  await redis.close();
});

const add = (amount: number) => valkey.run(script, 'sum', [amount], Number);

test('the text of a script is sent once on a connection, and then only its hash', async () => {
  const sums: unknown[] = [];
  for (let times = 0; times < 5; times += 1) sums.push(await add(1));
  expect(sums).toEqual([1, 2, 3, 4, 5]);
  expect(await redis.scriptCalls()).toEqual({ eval: 1, evalsha: 4 });
});

test('a script that the server has dropped is sent as text again, runs once, and is no outage', async () => {
  await add(1);
  await add(1);
  await redis.call('SCRIPT', 'FLUSH');
  expect([await add(1), await add(1)]).toEqual([3, 4]);
  expect(await redis.scriptCalls()).toMatchObject({ eval: 2 });
  expect(outages).toEqual([]);
});

test('after a restart of the server scripts run again without an error to the caller', async () => {
  await add(1);
  await redis.kill();
  expect(await add(1)).toBeUndefined();
  await redis.restart();
  await expect.poll(() => add(1)).toBe(1);
  expect(outages).toHaveLength(1);
});
