import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { startGateway, type TestGateway } from '../../support/gateway.ts';

let stack: TestGateway;
beforeEach(async () => {
  stack = await startGateway({ emulator: { contacts: 30 }, env: { OPERATION_DEADLINE_MS: '1500' } });
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await stack.close();
});

const daySeconds = 24 * 60 * 60;

const ada = `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }`;
const query = () => stack.query(ada);
const codes = async () => (await query()).errors.map(({ extensions }) => extensions['code']);
const logins = () => stack.emulator.control.counts().login;
const refused = () => stack.emulator.control.calls().filter(({ status }) => status === 403);

describe.each([
  ['contacts', '{ contacts(first: 1) { totalCount } }'],
  ['contact', ada],
  ['events', '{ contact(by: {username: "YYYYYZZZXXX1"}) { events { totalCount } } }'],
  ['devices', '{ contact(by: {username: "YYYYYZZZXXX1"}) { devices { totalCount } } }'],
  ['accountings', '{ contact(by: {username: "YYYYYZZZXXX1"}) { accountings { totalCount } } }'],
])('a token that expired before the read of %s is replaced', (name, text) => {
  test.each([401, 403])(
    `a read of ${name} with an expired token, answered with a %i, costs one login and one replay`,
    async (status) => {
      await query();
      stack.emulator.control.reset();
      const path = name === 'contacts' ? '/organizations/' : name === 'contact' ? `${demo.contactId}$` : `/${name}`;
      stack.emulator.control.fault({ path, kind: 'status', status });
      expect((await stack.query(text)).errors).toEqual([]);
      expect(logins()).toBe(1);
      expect(stack.emulator.control.calls().filter(({ route }) => route === name)).toMatchObject([
        { status },
        { status: 200 },
      ]);
    },
  );
});

describe('the lifetime of a token does not depend on the wall clock', () => {
  test.each([-90_000, 90_000])(
    'a clock of the upstream that is %i seconds off causes no additional login',
    async (skewSeconds) => {
      stack.emulator.control.clock({ skewSeconds });
      for (let turn = 0; turn < 3; turn += 1) expect((await query()).errors).toEqual([]);
      expect(logins()).toBe(1);
    },
  );

  test('a jump of the wall clock of the gateway causes no login', async () => {
    await query();
    const jump = 400 * daySeconds;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + jump * 1000 });
    stack.emulator.control.clock({ skewSeconds: -jump }); // The emulator runs in this process, and its clock must not jump.
    expect((await query()).errors).toEqual([]);
    expect(logins()).toBe(1);
  });

  test('a token that has expired by the monotonic clock is replaced before it is used', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    await query();
    stack.emulator.control.clock({ skewSeconds: daySeconds + 10 });
    vi.advanceTimersByTime((daySeconds + 10) * 1000);
    expect((await query()).errors).toEqual([]);
    expect(refused()).toEqual([]);
    expect(logins()).toBe(2);
  });
});

describe('a failed login affects only the operations that need it', () => {
  test.each([401, 403])(
    'a login that fails with a %i is UPSTREAM_AUTH, because the caller has made no mistake',
    async (status) => {
      stack.emulator.control.fault({ path: '/login/', kind: 'status', status });
      expect(await codes()).toEqual(['UPSTREAM_AUTH']);
    },
  );

  test('a renewal that fails in the background fails no operation while the token is valid', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    await query();
    vi.advanceTimersByTime((daySeconds - 30) * 1000);
    stack.emulator.control.fault({ path: '/login/', kind: 'status', status: 500, times: 3 });
    for (let turn = 0; turn < 3; turn += 1) {
      expect((await query()).errors).toEqual([]);
      await expect.poll(() => stack.emulator.control.loggedInFlight()).toBe(0);
      vi.advanceTimersByTime(5_500); // This is longer than the pauses after the first failures.
    }
    expect(logins()).toBe(4);
  });

  test('an operation that waits for a login that hangs ends at its own deadline', async () => {
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal); // The login must not time out.
    stack.emulator.control.fault({ path: '/login/', kind: 'hang' });
    expect(await codes()).toEqual(['UPSTREAM_TIMEOUT']);
    expect(stack.emulator.control.loggedInFlight()).toBe(1); // The login continues for later operations.
  });

  test('an operation whose token was refused and whose new login hangs ends at its own deadline', async () => {
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal); // The login must not time out.
    await query();
    stack.emulator.control.expireTokens();
    stack.emulator.control.fault({ path: '/login/', kind: 'hang' });
    expect(await codes()).toEqual(['UPSTREAM_TIMEOUT']);
    expect(stack.emulator.control.loggedInFlight()).toBe(1); // The login continues for later operations.
  });

  test('a login that hangs is aborted after its own time-out, and an operation after the pause logs in again', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const login = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(login.signal);
    stack.emulator.control.fault({ path: '/login/', kind: 'hang' });
    expect(await codes()).toEqual(['UPSTREAM_TIMEOUT']);
    timeout.mockRestore();
    login.abort(new DOMException('', 'TimeoutError'));
    await expect.poll(() => stack.emulator.control.loggedInFlight()).toBe(0);
    vi.advanceTimersByTime(1_300);
    expect(await codes()).toEqual([]);
    expect(logins()).toBe(2);
  });
});

test('a call whose new token is refused with a 401, too, is UPSTREAM_AUTH each time', async () => {
  await query();
  stack.emulator.control.fault({ path: demo.contactId, kind: 'status', status: 401, times: 3 });
  expect([await codes(), await codes()]).toEqual([['UPSTREAM_AUTH'], ['UPSTREAM_AUTH']]);
  expect(logins()).toBe(2);
});

test('a client that disconnects while it waits for a login does not stop the login for other operations', async () => {
  stack.emulator.control.latency({ pattern: '/login/', ms: 150 });
  const leaving = new AbortController();
  const lost = stack.gateway.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: ada }),
    signal: leaving.signal,
  });
  await expect.poll(() => stack.emulator.control.loggedInFlight()).toBe(1);
  const staying = query();
  leaving.abort();
  await Promise.allSettled([lost]);
  expect((await staying).errors).toEqual([]);
  expect(stack.emulator.control.counts()).toMatchObject({ login: 1, contact: 1 });
});

test('a refused token causes another login when a minute has passed since the last one', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  await query();
  stack.emulator.control.fault({ path: demo.contactId, kind: 'status', status: 403, times: 4 });
  expect([await codes(), await codes()]).toEqual([['FORBIDDEN'], ['FORBIDDEN']]);
  expect(logins()).toBe(2);
  vi.advanceTimersByTime(61_000);
  expect(await codes()).toEqual([]); // The token is refused for the last time, and the replay after the login succeeds.
  expect(logins()).toBe(3);
});

test('a token that is refused soon after its scheduled renewal causes a login, because only forced logins count', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  await query();
  vi.advanceTimersByTime((daySeconds - 30) * 1000);
  await query();
  await expect.poll(() => logins()).toBe(2);
  await expect.poll(() => stack.emulator.control.loggedInFlight()).toBe(0);
  stack.emulator.control.expireTokens();
  expect(await codes()).toEqual([]);
  expect(logins()).toBe(3);
});
