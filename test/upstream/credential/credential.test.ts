import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { startGateway, type TestGateway } from '../../support/gateway.ts';

let stack: TestGateway;
beforeEach(async () => {
  // A hundred concurrent operations are slow on a busy machine, so the deadlines are long.
  stack = await startGateway({
    emulator: { contacts: 200 },
    env: { OPERATION_DEADLINE_MS: '14000', QUEUE_WAIT_MS: '14000', TRY_TIMEOUT_MS: '14000' },
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await stack.close();
});

const dayMs = 24 * 60 * 60 * 1000;

const query = () => stack.query(`{ contact(by: {cid: "${demo.contactId}"}) { firstName devices { totalCount } } }`);
const logins = () => stack.emulator.control.counts()['login'] ?? 0;

describe('the gateway logs in with its client key', () => {
  test('a hundred operations at the same time cause one login', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, query));
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    expect(logins()).toBe(1);
  });

  test('a login that is refused is UPSTREAM_AUTH', async () => {
    await stack.close();
    stack = await startGateway({
      emulator: { contacts: 10 },
      clientKey: { clientKey: demo.clientKey, clientSecret: 'wrong' },
    });
    const { errors } = await query();
    expect(errors).toMatchObject([{ path: ['contact'], extensions: { code: 'UPSTREAM_AUTH' } }]);
  });

  test('a login that failed is tried again by the next operation after a pause', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    stack.emulator.control.fault({ path: '/login/', kind: 'status', status: 500 });
    expect((await query()).errors[0]?.extensions['code']).toBe('UPSTREAM_UNAVAILABLE');
    vi.advanceTimersByTime(1_300);
    expect((await query()).errors).toEqual([]);
  });

  test('the token is renewed before it expires, and no operation waits for the renewal', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    await query();
    stack.emulator.control.fault({ path: '/login/', kind: 'hang' });
    vi.advanceTimersByTime(dayMs - 61_000);
    expect((await query()).errors).toEqual([]);
    expect(logins()).toBe(1);
    vi.advanceTimersByTime(2_000); // The last minute of the lifetime has begun.
    expect((await query()).errors).toEqual([]);
    expect(logins()).toBe(2);
  });

  test('a token is used for its whole lifetime when the clock of the upstream is two hours slow', async () => {
    stack.emulator.control.clock({ skewSeconds: -7200 });
    await query();
    await query();
    expect(logins()).toBe(1);
  });
});

describe('a refused token causes at most one login', () => {
  test('an expired token that is refused for a hundred calls costs one login and one replay of each call', async () => {
    await query();
    stack.emulator.control.expireTokens();
    // Reads of lists are not shared: a hundred operations make a hundred calls.
    const list = () => stack.query('{ contacts(first: 1) { totalCount } }');
    const answers = await Promise.all(Array.from({ length: 100 }, list));
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    expect(logins()).toBe(2);
    expect(stack.emulator.control.calls().filter(({ status }) => status === 403)).toHaveLength(100);
  });

  test('a call that is not allowed is FORBIDDEN, and does not cause a login each time', async () => {
    await query();
    stack.emulator.control.fault({ path: '/devices', kind: 'status', status: 403, times: Number.POSITIVE_INFINITY });
    for (let time = 0; time < 5; time += 1) {
      const { data, errors } = await query();
      expect(data.contact.firstName).toBe('Ada');
      expect(errors).toMatchObject([{ path: ['contact', 'devices'], extensions: { code: 'FORBIDDEN' } }]);
    }
    expect(logins()).toBe(2);
  });

  test('a call whose token is refused is UPSTREAM_AUTH when the new login is refused, too', async () => {
    await query();
    stack.emulator.control.expireTokens();
    stack.emulator.control.fault({ path: '/login/', kind: 'status', status: 401, times: 9 });
    expect((await query()).errors[0]?.extensions['code']).toBe('UPSTREAM_AUTH');
  });
});
