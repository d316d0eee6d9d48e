import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { Secret } from '../../../src/crypto/secret.ts';
import { createUpstreamClient } from '../../../src/upstream/client/client.ts';
import { createServiceCredential } from '../../../src/upstream/credential/service-credential.ts';
import { startGateway, type TestGateway } from '../../support/gateway.ts';

let stack: TestGateway;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  // A hundred concurrent operations are slow on a busy machine, so the deadlines are long.
  stack = await startGateway({
    emulator: { contacts: 30 },
    env: { OPERATION_DEADLINE_MS: '14000', QUEUE_WAIT_MS: '14000', TRY_TIMEOUT_MS: '14000' },
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await stack.close();
});

const daySeconds = 24 * 60 * 60;

/** Reads of lists are not shared, so that each operation makes a call of its own. */
const list = '{ contacts(first: 1) { totalCount } }';
const devices = `{ contact(by: {cid: "${demo.contactId}"}) { devices { totalCount } } }`;
/** The codes of all errors of an operation: none when it is answered. */
const codes = async (query = list) => (await stack.query(query)).errors.map(({ extensions }) => extensions['code']);
const many = (query = list) => Promise.all(Array.from({ length: 100 }, () => codes(query)));
const all = (...codes: string[]) => Array.from({ length: 100 }, () => codes);
const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1000);
const logins = () => stack.emulator.control.counts().login;
const calls = () => stack.emulator.control.calls().length;

function loginAnswers(status: number) {
  stack.emulator.control.fault({ path: '/login/', kind: 'status', status, times: Number.POSITIVE_INFINITY });
}

const devicesAnswer = (status: number) =>
  stack.emulator.control.fault({ path: '/devices', kind: 'status', status, times: Number.POSITIVE_INFINITY });

describe.each([
  [500, 'UPSTREAM_UNAVAILABLE'],
  [401, 'UPSTREAM_AUTH'],
  [403, 'UPSTREAM_AUTH'],
])('a login that fails with a %i is followed by a pause', (status, code) => {
  test(`a login that fails with a ${status} is sent once for a hundred operations, and not again before its pause is over`, async () => {
    loginAnswers(status);
    expect(await many()).toEqual(all(code));
    expect(await many()).toEqual(all(code));
    pass(0.9);
    expect(await many()).toEqual(all(code));
    expect(calls()).toBe(1);
    pass(0.4);
    expect(await many()).toEqual(all(code));
    expect(calls()).toBe(2);
    pass(1.9);
    expect(await many()).toEqual(all(code));
    expect(calls()).toBe(2);
  });

  test(`a login that fails with a ${status} is sent at most six times in a minute`, async () => {
    loginAnswers(status);
    for (let second = 0; second < 60; second += 1) {
      expect(await codes()).toEqual([code]);
      pass(1);
    }
    expect(calls()).toBeLessThanOrEqual(6);
  });

  test(`a login that succeeds resets the pause after logins that failed with a ${status}`, async () => {
    loginAnswers(status);
    await codes();
    pass(1.3);
    await codes();
    stack.emulator.control.clearFaults();
    expect(await codes()).toEqual([code]);
    pass(2.6);
    expect(await many()).toEqual(all());
    expect(logins()).toBe(3);

    pass(daySeconds + 1);
    stack.emulator.control.clock({ skewSeconds: daySeconds + 1 });
    loginAnswers(status);
    await codes();
    pass(1.3); // This is the first pause again.
    await codes();
    expect(logins()).toBe(5);
  });
});

describe('a valid token is used while the login fails', () => {
  test('while the login fails, a valid token is used until it expires, and its renewal is tried with pauses', async () => {
    await codes();
    pass(daySeconds - 59);
    loginAnswers(500);
    for (let second = 1; second < 59; second += 1) {
      expect(await codes()).toEqual([]);
      await expect.poll(stack.emulator.control.loggedInFlight).toBe(0);
      pass(1);
    }
    expect(logins()).toBeGreaterThan(3);
    expect(logins()).toBeLessThanOrEqual(7);
    pass(1);
    expect(await codes()).toEqual(['UPSTREAM_UNAVAILABLE']);
  });

  test('a failed login of one organization does not affect the token of another', async () => {
    const client = createUpstreamClient({ url: stack.emulator.url });
    const { clientKey, clientSecret } = stack.emulator;
    const create = () => createServiceCredential({ client, clientKey, clientSecret: new Secret(clientSecret) });
    const [one, other] = [create(), create()];
    const { signal } = new AbortController();
    const token = await one.bearer(signal);
    loginAnswers(500);
    await expect(other.bearer(signal)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
    expect(await one.bearer(signal)).toBe(token);
    await client.close();
  });
});

test('a caller that has already aborted is rejected as such, and the login that it started fails without an unhandled rejection', async () => {
  const client = createUpstreamClient({ url: stack.emulator.url });
  const { clientKey, clientSecret } = stack.emulator;
  const credential = createServiceCredential({ client, clientKey, clientSecret: new Secret(clientSecret) });
  loginAnswers(500);
  for (let time = 0; time < 2; time += 1) {
    await expect(credential.bearer(AbortSignal.abort())).rejects.toMatchObject({ code: 'CLIENT_GONE' });
    await expect.poll(stack.emulator.control.loggedInFlight).toBe(0);
    await expect.poll(logins).toBe(1);
  }
  await client.close();
});

describe('a call that the upstream refuses while the login fails gets the error of the login', () => {
  test('a call that is refused while the login fails gets the error of the login, because the reason of the refusal is unknown', async () => {
    await codes();
    stack.emulator.control.expireTokens();
    loginAnswers(500);
    expect(await many()).toEqual(all('UPSTREAM_UNAVAILABLE'));
    expect(await many()).toEqual(all('UPSTREAM_UNAVAILABLE'));
    expect(logins()).toBe(2);
  });

  test('a refused call is FORBIDDEN when the upstream accepted the same token for another call', async () => {
    await codes();
    loginAnswers(500);
    devicesAnswer(403);
    expect(await codes(devices)).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(await many()).toEqual(all());
    expect(await many(devices)).toEqual(all('FORBIDDEN'));
    expect(logins()).toBe(2);
    pass(1.3);
    expect(await many(devices)).toEqual(all('FORBIDDEN'));
    expect(logins()).toBe(3);
    expect(await many()).toEqual(all());
  });

  test('a call that is refused with a 401 gets the error of the login, because a 401 always means an invalid token', async () => {
    await codes();
    loginAnswers(500);
    devicesAnswer(401);
    await codes(devices);
    await codes();
    expect(await many(devices)).toEqual(all('UPSTREAM_UNAVAILABLE'));
    expect(logins()).toBe(2);
  });

  test('a call that is refused shortly before the token expires gets the error of the login', async () => {
    await codes();
    loginAnswers(500);
    devicesAnswer(403);
    await codes(devices);
    await codes();
    pass(daySeconds - 30);
    expect(await codes(devices)).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(await codes()).toEqual([]);
  });

  test('a call that is refused is UPSTREAM_AUTH when the upstream refuses the client key, too', async () => {
    await codes();
    stack.emulator.control.expireTokens();
    loginAnswers(403);
    expect(await many()).toEqual(all('UPSTREAM_AUTH'));
    expect(logins()).toBe(2);
  });

  test('calls succeed as soon as a login succeeds again', async () => {
    await codes();
    stack.emulator.control.expireTokens();
    loginAnswers(500);
    await many();
    stack.emulator.control.clearFaults();
    pass(1.3);
    expect(await many()).toEqual(all());
    expect(logins()).toBe(3);
  });
});
