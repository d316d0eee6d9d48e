import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createCallBudget } from '../../../src/call-budget/call-budget.ts';
import { connectValkey } from '../../../src/valkey/connection.ts';
import { type BudgetClient, startCallBudgets } from '../../support/call-budget.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';

/** The kind: budgets of upstream calls that replicas share in Valkey. */

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());
beforeEach(() => void redis.call('FLUSHALL'));

const open: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const key = randomBytes(32);
const limits = { perToken: 60, perContact: 60, perAddress: 60, burstSeconds: 60, perOperation: 1_000 };

/** Starts a gateway with a connection of its own; the first callers of two gateways are the same caller. */
async function startReplica() {
  const valkey = connectValkey(redis.address, () => undefined);
  await expect.poll(() => valkey.run('return 1', 'x', [], Number)).toBe(1);
  const stack = await startCallBudgets({}, createCallBudget(limits, key, valkey));
  open.push(stack, valkey);
  return stack;
}

const remainingOf = async ({ query }: BudgetClient): Promise<number> =>
  (await query('{ rateLimit { remaining } }')).data.rateLimit.remaining;

test('a caller that has used its calls at one replica has none at the others, and another caller has all', async () => {
  const [one, other] = [await startReplica(), await startReplica()];
  const [here, there] = [await one.client(), await other.client()];
  const { operations } = await here.spend();
  const second = await there.spend();
  expect((operations + second.operations) * 50).toBeGreaterThanOrEqual(900);
  expect((operations + second.operations) * 50).toBeLessThanOrEqual(1_050);
  expect(second.refusal.status).toBe(429);
  expect(second.refusal.errors).toMatchObject([
    { extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) } },
  ]);
  other.control.clearLog();
  await there.spend();
  expect(other.countCalls()).toBe(0);
  expect(await remainingOf(await other.client())).toBeGreaterThan(900);
});

test('most operations do not ask Valkey, because a replica takes a hundredth of a budget at a time', async () => {
  const stack = await startReplica();
  const { query } = await stack.client();
  const document = `{ contact(by: {cid: "${stack.cids[0]}"}) { firstName } }`;
  await query(document);
  await redis.call('CONFIG', 'RESETSTAT');
  for (let times = 0; times < 100; times += 1) expect((await query(document)).errors).toEqual([]);
  const calls = await redis.scriptCalls();
  expect(calls.eval + calls.evalsha).toBeLessThanOrEqual(15);
});

test('Valkey has hashes in its keys, and forgets a budget when it is full again', async () => {
  const stack = await startReplica();
  const client = await stack.client();
  await client.spend();
  const keys = (await redis.call('KEYS', '*')) as string[];
  expect(keys).toEqual([expect.stringMatching(/^contactgraph:calls:1:[\w-]{43}$/)]);
  const left = Number(await redis.call('PTTL', keys[0] ?? ''));
  expect(left).toBeGreaterThan(100_000);
  expect(left).toBeLessThanOrEqual(1_001_000);
});

test('while Valkey does not answer each process has budgets of its own, and after that shared ones again', async () => {
  const stack = await startReplica();
  const client = await stack.client();
  await redis.kill();
  const { operations, refusal } = await client.spend();
  expect(operations).toBeGreaterThanOrEqual(18);
  expect(refusal.status).toBe(429);
  await redis.restart();
  await expect
    .poll(async () => (await client.query(`{ contact(by: {cid: "${stack.cids[0]}"}) { cid } }`)).errors, {
      timeout: 10_000,
    })
    .toEqual([]);
});
