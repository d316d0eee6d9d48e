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
])('a token that expired before the read of %s', (name, text) => {
  test.each([401, 403])('which the upstream says with a %i, costs one login and one replay', async (status) => {
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
  });
});

describe('the clock', () => {
  test.each([-90_000, 90_000])('of the upstream may be %i seconds off: one login serves all', async (skewSeconds) => {
    stack.emulator.control.clock({ skewSeconds });
    for (let turn = 0; turn < 3; turn += 1) expect((await query()).errors).toEqual([]);
    expect(logins()).toBe(1);
  });

  test('here may jump: lifetimes do not run on it', async () => {
    await query();
    const jump = 400 * daySeconds;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + jump * 1000 });
    stack.emulator.control.clock({ skewSeconds: -jump }); // it lives in this process, and stays where it was
    expect((await query()).errors).toEqual([]);
    expect(logins()).toBe(1);
  });

  test('ends a token, which is not even tried then', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    await query();
    stack.emulator.control.clock({ skewSeconds: daySeconds + 10 });
    vi.advanceTimersByTime((daySeconds + 10) * 1000);
    expect((await query()).errors).toEqual([]);
    expect(refused()).toEqual([]);
    expect(logins()).toBe(2);
  });
});

describe('a login that fails', () => {
  test.each([401, 403])('with a %i is UPSTREAM_AUTH: the caller has done nothing wrong', async (status) => {
    stack.emulator.control.fault({ path: '/login/', kind: 'status', status });
    expect(await codes()).toEqual(['UPSTREAM_AUTH']);
  });

  test('in the background takes nobody down while the token is good', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    await query();
    vi.advanceTimersByTime((daySeconds - 30) * 1000);
    stack.emulator.control.fault({ path: '/login/', kind: 'status', status: 500, times: 3 });
    for (let turn = 0; turn < 3; turn += 1) {
      expect((await query()).errors).toEqual([]);
      await expect.poll(() => stack.emulator.control.loggedInFlight()).toBe(0);
      vi.advanceTimersByTime(5_500); // longer than the pauses after the first failures
    }
    expect(logins()).toBe(4);
  });

  test('by hanging ends the operation at its own deadline', async () => {
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal); // the login has no end
    stack.emulator.control.fault({ path: '/login/', kind: 'hang' });
    expect(await codes()).toEqual(['UPSTREAM_TIMEOUT']);
    expect(stack.emulator.control.loggedInFlight()).toBe(1); // the login goes on for whoever comes next
  });

  test('by hanging after a refusal ends the operation at its own deadline', async () => {
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal); // the login has no end
    await query();
    stack.emulator.control.expireTokens();
    stack.emulator.control.fault({ path: '/login/', kind: 'hang' });
    expect(await codes()).toEqual(['UPSTREAM_TIMEOUT']);
    expect(stack.emulator.control.loggedInFlight()).toBe(1); // the login goes on for whoever comes next
  });

  test('by hanging is given up in the end, and an operation after a pause logs in anew', async () => {
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

test('a new token that the upstream does not know either is UPSTREAM_AUTH, the first time and each time', async () => {
  await query();
  stack.emulator.control.fault({ path: demo.contactId, kind: 'status', status: 401, times: 3 });
  expect([await codes(), await codes()]).toEqual([['UPSTREAM_AUTH'], ['UPSTREAM_AUTH']]);
  expect(logins()).toBe(2);
});

test('who stops waiting for a login does not stop it for the others', async () => {
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

test('a refusal is worth another login again when a minute has passed', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  await query();
  stack.emulator.control.fault({ path: demo.contactId, kind: 'status', status: 403, times: 4 });
  expect([await codes(), await codes()]).toEqual([['FORBIDDEN'], ['FORBIDDEN']]);
  expect(logins()).toBe(2);
  vi.advanceTimersByTime(61_000);
  expect(await codes()).toEqual([]); // the last refusal, a login, and a replay that is let in
  expect(logins()).toBe(3);
});

test('the first refusal after a renewal in time is worth a login: only a forced one counts', async () => {
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
