import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseRateLimit, readContacts, startCallBudgets } from '../../support/call-budget.ts';

/** The kind: what a client is told about its budget of upstream calls. */

let stack: Awaited<ReturnType<typeof startCallBudgets>>;
beforeAll(async () => {
  stack = await startCallBudgets();
});
afterAll(() => stack.close());

const field = 'rateLimit { limit remaining resetAt cost }';

test('Query.rateLimit says what the headers say, and costs no upstream call', async () => {
  const { query } = await stack.client();
  await query(readContacts(stack.cids.slice(0, 20)));
  stack.control.clearLog();
  const before = Date.now();
  const answer = await query(`{ ${field} }`);
  const { limit, remaining, resetAt } = answer.data.rateLimit;
  expect(limit).toBe(1_000);
  expect(Math.abs(parseRateLimit(answer).remaining - remaining)).toBeLessThanOrEqual(30);
  const seconds = (Date.parse(resetAt) - before) / 1_000;
  expect(Math.abs(seconds - (limit - remaining))).toBeLessThan(10); // one call is added in a second
  expect(stack.countCalls()).toBe(0);
});

test('the cost in rateLimit is that of the whole operation, whose calls are taken from what remains', async () => {
  const { query } = await stack.client();
  const { data } = await query(`{ ${field} c: contact(by: {cid: "${stack.cids[0]}"}) { firstName } }`);
  expect(data.rateLimit.cost).toBe(1);
  expect(data.rateLimit.remaining).toBeLessThanOrEqual(999);
});

test('the cost of an answer says what is left of the budget where the request asks for it', async () => {
  const { query } = await stack.client();
  const text = readContacts(stack.cids.slice(0, 20));
  const { cost } = JSON.parse((await query(text, { extensions: { cost: true } })).text).extensions;
  expect(cost).toEqual({ requested: 20, actual: 20, remaining: expect.any(Number), resetAt: expect.any(String) });
  expect(cost.remaining).toBeLessThanOrEqual(999);
  expect(cost.remaining).toBeGreaterThanOrEqual(979);
  expect(Date.parse(cost.resetAt)).toBeGreaterThan(Date.now());
});

test('a caller without calls left is told so by Query.rateLimit, and may do what costs none', async () => {
  const { query, spend } = await stack.client();
  await spend();
  stack.control.clearLog();
  const { status, data } = await query('{ rateLimit { remaining cost } viewer { scopes } }');
  expect(status).toBe(200);
  expect(data.rateLimit).toEqual({ remaining: expect.any(Number), cost: 0 });
  expect(data.rateLimit.remaining).toBeLessThan(50);
  expect(stack.countCalls()).toBe(0);
});

test('the refusal of an operation quotes nothing of it', async () => {
  const { spend } = await stack.client();
  const { refusal } = await spend();
  expect(refusal.errors).toHaveLength(1);
  expect(refusal.errors[0]?.message).toMatch(
    /^This operation needs up to \d+ upstream calls, which is more than you have left for now\. Send it again in \d+ s, or ask for less\.$/,
  );
});
