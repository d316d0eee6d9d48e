import { afterEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import type { FaultRule } from '../../emulator/faults.ts';
import { createTable } from './support/fault-table.ts';
import { type Harness, type QueryRequest, startHarness } from './support/harness.ts';
import { contact, profile, wholeContact, wholeProfile } from './support/operations.ts';

const table = createTable('Tokens, logins and refused calls (U12 to U14)');
const unlimited = Number.POSITIVE_INFINITY;

let harness: Harness;
afterEach(() => harness.close());

const queryContact = (cid: string): QueryRequest => ({ query: `{ contact(by: {cid: "${cid}"}) { cid } }` });
const login = (status: number): FaultRule => ({ path: '/login/', kind: 'status', status, times: unlimited });

describe('U12: an expired token of the gateway', () => {
  test('U12: a hundred concurrent calls with an expired token cause one login and one replay each', async () => {
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
    const response = await Promise.all(cids.map((cid) => harness.query(queryContact(cid))));
    expect(response.map(({ data }) => data)).toEqual(cids.map((cid) => ({ contact: { cid } })));
    const { login = [], contact: calls = [], ...others } = await harness.calls();
    const slowest = Math.max(...response.map(({ ms }) => ms));
    table.add('U12', '100 calls with an expired token', { errors: [], ms: slowest }, { login, calls });
    expect({ login, others }).toEqual({ login: [200], others: {} });
    expect(calls.filter((status) => status === 200)).toHaveLength(100);
    expect(calls.filter((status) => status === 403).length).toBeGreaterThan(10);
    await harness.recover(contact, wholeContact);
  });

  test('U12: a call fails with UPSTREAM_AUTH after one replay when the new token is refused as well', async () => {
    harness = await startHarness();
    harness.fault({ path: '/customers/', kind: 'status', status: 401, times: unlimited });
    const response = await harness.query(profile);
    const calls = await harness.calls();
    table.add('U12', '401 always', response, calls);
    expect(response.errors).toEqual([{ path: 'contact', code: 'UPSTREAM_AUTH', retryable: false }]);
    expect(calls).toEqual({ contact: [401, 401], login: [200] });
    await harness.recover(contact, wholeContact);
  });
});

describe('U13: a failed login', () => {
  test.each([
    [500, 'UPSTREAM_UNAVAILABLE', true],
    [401, 'UPSTREAM_AUTH', false],
  ] as const)(
    'U13: a login that fails with a %i is answered at once and is not repeated for each request',
    async (status, code, retryable) => {
      harness = await startHarness({ isLoggedIn: false });
      harness.fault(login(status));
      const began = performance.now();
      for (let nth = 0; nth < 30; nth += 1) {
        const response = await harness.query(profile);
        expect(response.errors).toEqual([{ path: 'contact', code, retryable }]);
        if (nth === 0) table.add('U13', `${status} at the login`, response, { login: [status] });
      }
      const { login: logins = [], ...others } = await harness.calls();
      expect(others).toEqual({});
      // After each failed login there is a pause of at least a second.
      expect(logins.length).toBeLessThanOrEqual(1 + (performance.now() - began) / 1_000);
      expect(await harness.get('/readyz')).toMatchObject({ status: 200 });
      await harness.recover(contact, wholeContact);
    },
  );

  test('U13: a failing login does not affect calls with a valid token', async () => {
    harness = await startHarness();
    harness.fault(login(500));
    const response = await harness.query(profile);
    const calls = await harness.calls();
    table.add('U13', 'the login is down, the token good', response, calls);
    expect({ data: response.data, calls }).toEqual({ data: wholeProfile, calls: { contact: [200] } });
  });
});

describe('U14: a call that the upstream refuses', () => {
  test.each([
    [403, 'FORBIDDEN', { contact: [403, 403], login: [200] }],
    [404, undefined, { contact: [404] }],
    [409, 'CONFLICT', { contact: [409] }],
    [410, 'GONE', { contact: [410] }],
  ])('U14: a read that the upstream refuses with %i has the code %s and is not retried', async (status, code, made) => {
    harness = await startHarness();
    harness.fault({ path: demo.contactId, kind: 'status', status, times: unlimited });
    const response = await harness.query(profile);
    const calls = await harness.calls();
    table.add('U14', `${status}`, response, calls);
    expect(response.data).toEqual({ contact: null });
    expect(response.errors).toEqual(code === undefined ? [] : [{ path: 'contact', code, retryable: false }]);
    expect(calls).toEqual(made);
    await harness.recover(contact, wholeContact);
  });
});
