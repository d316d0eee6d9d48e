import { afterEach, expect, test } from 'vitest';
import { parseRateLimit, readContacts, startCallBudgets } from '../../support/call-budget.ts';

/** The kind: budgets of upstream calls of callers with an access token. */

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function start(env: Record<string, string> = {}) {
  const stack = await startCallBudgets(env);
  open.push(stack);
  return stack;
}

test.each(['all', 'none', 'fast-path'])(
  'a caller without calls left is RATE_LIMITED without an upstream call, and no other caller is, with ACCELERATORS=%s',
  async (ACCELERATORS) => {
    const stack = await start({ ACCELERATORS });
    const [one, another, foreign] = [await stack.client(), await stack.client(), await stack.client('second')];
    const { refusal, operations } = await one.spend();
    expect(stack.countCalls()).toBe(operations * 50);
    expect(operations).toBeGreaterThanOrEqual(19); // one call was made before
    expect(operations).toBeLessThanOrEqual(20);
    const [error] = refusal.errors;
    expect(error?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
    expect(refusal.status).toBe(429);
    expect(refusal.text).not.toContain('"data"');
    expect(error?.extensions['retryAfter']).toBeGreaterThan(0);
    expect(refusal.headers.get('retry-after')).toBe(String(error?.extensions['retryAfter']));
    expect(parseRateLimit(refusal).remaining).toBeLessThan(50);
    for (const { query } of [another, foreign]) {
      const { status, headers } = await query(readContacts(stack.cids.slice(0, 2)));
      expect([status, headers.get('ratelimit-policy')]).toEqual([200, '"calls";q=1000;w=1000']);
    }
  },
);

test('the thousandth execution of a document is counted like the first', async () => {
  const stack = await start();
  const { query } = await stack.client();
  const document = readContacts(stack.cids.slice(0, 1));
  let executions = 0;
  for (let answer = await query(document); answer.errors.length === 0; answer = await query(document)) executions += 1;
  expect(executions).toBeGreaterThanOrEqual(999);
  expect(executions).toBeLessThan(1_300); // those of the budget, and those that are added while the test runs
  expect(stack.countCalls()).toBe(executions);
});

test('an operation whose reads are cached costs nothing in the end', async () => {
  const stack = await start({ SWITCHED_OFF: 'retry' });
  const { query } = await stack.client();
  const document = readContacts(stack.cids.slice(0, 50));
  const first = parseRateLimit(await query(document));
  for (let times = 0; times < 40; times += 1) expect((await query(document)).errors).toEqual([]);
  const last = parseRateLimit(await query(document));
  expect(first.remaining).toBeLessThan(960);
  expect(last.remaining).toBeGreaterThanOrEqual(first.remaining);
  expect(stack.countCalls()).toBe(50);
});

test('an operation that fails gives back the calls that it has not made', async () => {
  const stack = await start();
  const { query } = await stack.client();
  stack.control.fault({ path: '/', kind: 'status', status: 500, times: 1_000 });
  for (let times = 0; times < 5; times += 1)
    await query(`{ contacts(first: 60) { nodes { devices { totalCount } } } }`);
  stack.control.reset();
  expect(parseRateLimit(await query('{ viewer { scopes } }')).remaining).toBeGreaterThan(900);
});

test('requests that share one execution take the calls of that execution only', async () => {
  const stack = await start();
  const { query } = await stack.client();
  const document = readContacts(stack.cids.slice(0, 5));
  await query(document); // documents are shared from their second execution on
  stack.control.clearLog();
  const answers = await Promise.all(Array.from({ length: 15 }, () => query(document)));
  const calls = stack.countCalls();
  expect(answers.every(({ errors }) => errors.length === 0)).toBe(true);
  expect(calls).toBeLessThan(15 * 5);
  const { remaining } = parseRateLimit(await query('{ viewer { scopes } }'));
  expect(remaining).toBeGreaterThanOrEqual(994 - calls);
  expect(remaining).toBeLessThanOrEqual(1_000);
});

test('without a limit there are no headers, and the fields of rateLimit are null', async () => {
  const stack = await start({ CALLS_PER_MINUTE: '0' });
  const { query } = await stack.client();
  const { data, headers } = await query('{ rateLimit { limit remaining resetAt cost } }');
  expect(data.rateLimit).toEqual({ limit: null, remaining: null, resetAt: null, cost: expect.any(Number) });
  expect([headers.get('ratelimit'), headers.get('ratelimit-policy')]).toEqual([null, null]);
});
