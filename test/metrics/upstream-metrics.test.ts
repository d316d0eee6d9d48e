import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type MeasuredGateway, startMeasuredGateway } from '../support/measured-gateway.ts';

/** Everything is on but the cache, so that each query makes its calls. */
const env = { SWITCHED_OFF: 'cache' };
let stack: MeasuredGateway;
let cid = '';
beforeEach(async () => {
  stack = await startMeasuredGateway({ emulator: { contacts: 5 }, env });
  [{ cid = '' } = {}] = stack.emulator.contacts();
});
afterEach(() => stack.close());

const readContact = () => stack.query(`{ contact(by: { cid: "${cid}" }) { cid } }`);
const attempts = (endpoint: string, status: string) =>
  `contactgraph_upstream_attempts_total{endpoint="${endpoint}",status_class="${status}"}`;

describe('attempts of calls to the upstream', () => {
  test('a login and a read are counted once each, with a duration', async () => {
    await readContact();
    const samples = await stack.scrape();
    expect([attempts('login', '2xx'), attempts('contact', '2xx')].map(samples.value)).toEqual([1, 1]);
    expect(samples.sum('contactgraph_upstream_attempts_total')).toBe(2);
    expect(samples.value('contactgraph_upstream_attempt_duration_seconds_count{endpoint="contact"}')).toBe(1);
    expect(samples.value('contactgraph_token_logins_total{result="succeeded"}')).toBe(1);
  });

  test('a 500 counts in its status class, and the retry after it as a retry and as an attempt', async () => {
    stack.emulator.control.fault({ path: cid, kind: 'status', status: 500 });
    expect((await readContact()).data).toEqual({ contact: { cid } });
    const samples = await stack.scrape();
    expect([attempts('contact', '5xx'), attempts('contact', '2xx')].map(samples.value)).toEqual([1, 1]);
    expect(samples.value('contactgraph_upstream_retries_total{endpoint="contact"}')).toBe(1);
    expect(samples.value('contactgraph_retry_budget_tokens')).toBeLessThan(10);
  });

  test.each([
    ['4xx', { kind: 'status', status: 404 }],
    ['3xx', { kind: 'redirect', location: 'http://127.0.0.1:1/' }],
    ['unreachable', { kind: 'reset' }],
    ['invalid', { kind: 'invalid-json' }],
  ] as const)('a call that ends as %s is counted as that', async (status, fault) => {
    await readContact(); // logs in
    stack.emulator.control.fault({ path: cid, times: Number.POSITIVE_INFINITY, ...fault });
    await readContact();
    const samples = await stack.scrape();
    expect(samples.value(attempts('contact', status))).toBeGreaterThan(0);
    expect(samples.value(attempts('contact', '2xx'))).toBe(1);
  });

  test('a call without a response by the deadline of its operation is a time-out', async () => {
    const short = await startMeasuredGateway({
      emulator: { contacts: 5 },
      env: { ...env, OPERATION_DEADLINE_MS: '300' },
    });
    const [{ cid: other = '' } = {}] = short.emulator.contacts();
    await short.query(`{ contact(by: { cid: "${other}" }) { cid } }`); // logs in
    short.emulator.control.fault({ path: other, kind: 'hang', times: Number.POSITIVE_INFINITY });
    const { errors } = await short.query(`{ contact(by: { cid: "${other}" }) { cid } }`);
    const samples = await short.scrape();
    await short.close();
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['UPSTREAM_TIMEOUT']);
    expect(samples.value(attempts('contact', 'timeout'))).toBeGreaterThan(0);
  });

  test('a refused login is counted as refused', async () => {
    stack.emulator.control.fault({ path: 'login', kind: 'status', status: 403 });
    await readContact();
    const samples = await stack.scrape();
    expect(samples.value('contactgraph_token_logins_total{result="refused"}')).toBe(1);
  });
});

test('an open circuit breaker is shown as its state, and its change is counted', async () => {
  const state = (name: string) => `contactgraph_circuit_breaker_state{state="${name}"}`;
  expect((await stack.scrape()).value(state('closed'))).toBe(1);
  stack.emulator.control.fault({ path: 'customers', kind: 'reset', times: Number.POSITIVE_INFINITY });
  for (let open = 0; open === 0; open = (await stack.scrape()).value(state('open'))) await readContact();
  const samples = await stack.scrape();
  expect(samples.value('contactgraph_circuit_breaker_changes_total{state="open"}')).toBeGreaterThan(0);
  expect(samples.sum('contactgraph_circuit_breaker_state')).toBe(1);
});

test('calls that wait for the concurrency limiter are shown in the class of their tenant', async () => {
  const narrow = await startMeasuredGateway({
    emulator: { contacts: 5 },
    env: { ...env, UPSTREAM_CONNECTIONS: '4', ACCELERATORS: 'none' },
  });
  const cids = [...narrow.emulator.contacts()].map((contact) => contact.cid);
  await narrow.query('{ organization { policies { key } } }'); // logs in
  narrow.emulator.control.fault({ path: '/v2/customers/', kind: 'hang', times: Number.POSITIVE_INFINITY });
  const pending = Promise.allSettled(cids.map((each) => narrow.query(`{ contact(by: { cid: "${each}" }) { cid } }`)));
  for (let waiting = 0; waiting === 0; waiting = (await narrow.scrape()).value(queued('normal')));
  const samples = await narrow.scrape();
  await narrow.close();
  await pending;
  expect([samples.value('contactgraph_limiter_in_flight'), samples.value('contactgraph_limiter_limit')]).toEqual([
    4, 4,
  ]);
  expect([queued('normal'), queued('rate_limited')].map(samples.value)).toEqual([1, 0]);
});

function queued(tenants: string): string {
  return `contactgraph_limiter_queued{class="${tenants}"}`;
}
