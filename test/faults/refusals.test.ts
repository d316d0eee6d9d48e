import { afterEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import type { FaultRule } from '../../emulator/faults.ts';
import { createTable } from './support/fault-table.ts';
import { type Harness, type Question, startHarness } from './support/harness.ts';
import { contact, profile, wholeContact, wholeProfile } from './support/operations.ts';

const table = createTable('Tokens and refusals (U12 to U14)');
const forEver = Number.POSITIVE_INFINITY;

let harness: Harness;
afterEach(() => harness.close());

const about = (cid: string): Question => ({ query: `{ contact(by: {cid: "${cid}"}) { cid } }` });
const login = (status: number): FaultRule => ({ path: '/login/', kind: 'status', status, times: forEver });

describe('U12: a token that has expired', () => {
  test('under a hundred calls at once costs one login, and each call one replay', async () => {
    harness = await startHarness({
      emulator: { contacts: 120 },
      env: { OPERATION_DEADLINE_MS: '5000', TRY_TIMEOUT_MS: '2000' },
    });
    const cids = harness.emulator
      .contacts()
      .slice(-100)
      .map(({ cid }) => cid);
    harness.emulator.control.latency({ pattern: '/login/', ms: 300 });
    harness.emulator.control.latency({ pattern: '/customers/', ms: 50 });
    harness.emulator.control.expireTokens();
    const told = await Promise.all(cids.map((cid) => harness.ask(about(cid))));
    expect(told.map(({ data }) => data)).toEqual(cids.map((cid) => ({ contact: { cid } })));
    const { login = [], contact: calls = [], ...others } = await harness.calls();
    const slowest = Math.max(...told.map(({ ms }) => ms));
    table.add('U12', '100 calls with an expired token', { errors: [], ms: slowest }, { login, calls });
    expect({ login, others }).toEqual({ login: [200], others: {} });
    expect(calls.filter((status) => status === 200)).toHaveLength(100);
    expect(calls.filter((status) => status === 403).length).toBeGreaterThan(10);
    await harness.recover(contact, wholeContact);
  });

  test('and a new one that is not taken either is UPSTREAM_AUTH, after one replay', async () => {
    harness = await startHarness();
    harness.fault({ path: '/customers/', kind: 'status', status: 401, times: forEver });
    const told = await harness.ask(profile);
    const calls = await harness.calls();
    table.add('U12', '401 always', told, calls);
    expect(told.errors).toEqual([{ path: 'contact', code: 'UPSTREAM_AUTH', retryable: false }]);
    expect(calls).toEqual({ contact: [401, 401], login: [200] });
    await harness.recover(contact, wholeContact);
  });
});

describe('U13: a login that fails', () => {
  test.each([
    [500, 'UPSTREAM_UNAVAILABLE', true],
    [401, 'UPSTREAM_AUTH', false],
  ] as const)('with a %i is told at once, and is not tried for each caller', async (status, code, retryable) => {
    harness = await startHarness({ isLoggedIn: false });
    harness.fault(login(status));
    const began = performance.now();
    for (let nth = 0; nth < 30; nth += 1) {
      const told = await harness.ask(profile);
      expect(told.errors).toEqual([{ path: 'contact', code, retryable }]);
      if (nth === 0) table.add('U13', `${status} at the login`, told, { login: [status] });
    }
    const { login: logins = [], ...others } = await harness.calls();
    expect(others).toEqual({});
    // A pause of a second at least after each.
    expect(logins.length).toBeLessThanOrEqual(1 + (performance.now() - began) / 1_000);
    expect(await harness.get('/readyz')).toMatchObject({ status: 200 });
    await harness.recover(contact, wholeContact);
  });

  test('takes nobody down whose token is good', async () => {
    harness = await startHarness();
    harness.fault(login(500));
    const told = await harness.ask(profile);
    const calls = await harness.calls();
    table.add('U13', 'the login is down, the token good', told, calls);
    expect({ data: told.data, calls }).toEqual({ data: wholeProfile, calls: { contact: [200] } });
  });
});

describe('U14: an answer that is no', () => {
  test.each([
    [403, 'FORBIDDEN', { contact: [403, 403], login: [200] }],
    [404, undefined, { contact: [404] }],
    [409, 'CONFLICT', { contact: [409] }],
    [410, 'GONE', { contact: [410] }],
  ])('%i is %s, and not asked again', async (status, code, made) => {
    harness = await startHarness();
    harness.fault({ path: demo.contactId, kind: 'status', status, times: forEver });
    const told = await harness.ask(profile);
    const calls = await harness.calls();
    table.add('U14', `${status}`, told, calls);
    expect(told.data).toEqual({ contact: null });
    expect(told.errors).toEqual(code === undefined ? [] : [{ path: 'contact', code, retryable: false }]);
    expect(calls).toEqual(made);
    await harness.recover(contact, wholeContact);
  });
});
