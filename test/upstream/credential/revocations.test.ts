import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Secret } from '../../../src/crypto/secret.ts';
import { Forbidden } from '../../../src/errors.ts';
import { createUpstreamClient } from '../../../src/upstream/client/client.ts';
import { createServiceCredential } from '../../../src/upstream/credential/service-credential.ts';
import { startGateway, type TestGateway } from '../../support/gateway.ts';
import { noTokenCall } from '../../support/token-call.ts';

let stack: TestGateway;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  vi.spyOn(Math, 'random').mockReturnValue(0);
  stack = await startGateway({ emulator: { contacts: 100 } });
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await stack.close();
});

/** The codes of all errors of an operation, with whether they are retryable. */
async function errorsOf(query: string) {
  const { errors } = await stack.query(query);
  return errors.map(({ extensions: { code, retryable } }) => ({ code, retryable }));
}
/** Reads of lists are not shared, so that each operation makes a call of its own. */
const readList = () => errorsOf('{ contacts(first: 1) { totalCount } }');
const readDevices = (nth: number) =>
  errorsOf(`{ contact(by: {cid: "${stack.emulator.contacts()[nth]?.cid}"}) { devices { totalCount } } }`);
const forbidden = [{ code: 'FORBIDDEN', retryable: false }];
const retryable = [{ code: 'UPSTREAM_AUTH', retryable: true }];
const revoke = () => stack.emulator.control.expireTokens();
const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1000);
const logins = () => stack.emulator.control.counts().login;
const forbidDevices = () =>
  stack.emulator.control.fault({ path: '/devices', kind: 'status', status: 403, times: Number.POSITIVE_INFINITY });

test('no operation fails when the token is revoked every five seconds for a minute, and each revocation costs one login', async () => {
  await readList();
  for (let nth = 1; nth <= 12; nth += 1) {
    revoke();
    const results = await Promise.all(Array.from({ length: 20 }, readList));
    expect(results.flat()).toEqual([]);
    expect(logins()).toBe(1 + nth);
    pass(5);
  }
});

test('operations wait for the rest of a second when the token is revoked again right after its renewal', async () => {
  await readList();
  revoke();
  await readList();
  stack.emulator.control.reset();
  pass(0.9);
  revoke();
  const results = Promise.all(Array.from({ length: 5 }, readList));
  const refused = () => stack.emulator.control.calls().filter(({ status }) => status === 403);
  await expect.poll(refused).toHaveLength(5);
  await vi.advanceTimersByTimeAsync(90);
  expect(logins()).toBe(0);
  await vi.advanceTimersByTimeAsync(10);
  expect((await results).flat()).toEqual([]);
  expect(logins()).toBe(1);
});

test('a call that is not allowed stays FORBIDDEN, costs one login a minute, and does not keep others from the next token', async () => {
  forbidDevices();
  await readList();
  for (let second = 0; second < 60; second += 1) {
    expect(await readDevices(0)).toEqual(forbidden);
    if (second % 5 === 4) revoke();
    expect(await readDevices(0)).toEqual(forbidden);
    expect(await readList()).toEqual([]);
    pass(1);
  }
  expect(logins()).toBe(1 + 1 + 12);
});

test('many different calls that are not allowed are FORBIDDEN and cause at most six logins a minute', async () => {
  forbidDevices();
  await readList();
  for (let second = 0; second < 60; second += 1) {
    expect(await readDevices(second)).toEqual(forbidden);
    expect(await readList()).toEqual([]);
    pass(1);
  }
  expect(logins()).toBe(1 + 6);
});

/** Causes two renewals that help no call, so that the pause is two seconds, and revokes a token that was accepted. */
async function revokeInPause(): Promise<void> {
  forbidDevices();
  await readList();
  await readDevices(0);
  pass(1);
  await readDevices(1);
  await readList();
  revoke();
}

test('in the pause after useless renewals, refusals of an accepted token are FORBIDDEN for a second and then retryable', async () => {
  await revokeInPause();
  for (let nth = 0; nth < 3; nth += 1) expect(await readList()).toEqual(forbidden);
  pass(1);
  expect(await readList()).toEqual(retryable);
  expect(logins()).toBe(3);
  pass(1);
  expect(await readList()).toEqual([]);
  expect(logins()).toBe(4);
});

test('in that pause, fewer than three refusals in a row are FORBIDDEN, however long they last', async () => {
  await revokeInPause();
  expect(await readList()).toEqual(forbidden);
  pass(1);
  expect(await readList()).toEqual(forbidden);
  expect(await readList()).toEqual(retryable);
});

test('in that pause, refusals of a token that was never accepted stay FORBIDDEN', async () => {
  stack.emulator.control.fault({ path: '/customers/', kind: 'status', status: 403, times: Number.POSITIVE_INFINITY });
  await readDevices(0);
  pass(1);
  for (const nth of [1, 2, 3, 4]) expect(await readDevices(nth)).toEqual(forbidden);
  pass(1);
  expect(await readDevices(5)).toEqual(forbidden);
  expect(logins()).toBe(3);
});

test('a renewal that helped a call resets the pause to one second', async () => {
  await revokeInPause();
  pass(2);
  expect(await readList()).toEqual([]);
  pass(1);
  await readDevices(2);
  expect(logins()).toBe(5);
  pass(1);
  await readDevices(3);
  expect(logins()).toBe(6);
});

test('a repeated call that is refused with a token that was replaced meanwhile is retryable', async () => {
  const client = createUpstreamClient({ url: stack.emulator.url });
  const { clientKey, clientSecret } = stack.emulator;
  const credential = createServiceCredential({ client, clientKey, clientSecret: new Secret(clientSecret) });
  const request = { method: 'GET', path: '/a' } as const;
  const call = { ...noTokenCall, request };
  const error = new Forbidden('no');
  const first = await credential.bearer(noTokenCall.deadline.signal);
  const second = await credential.onRejected(first, error, call);
  pass(1);
  const third = await credential.onRejected(second, error, call);
  expect(credential.onRepeatRejected?.(second, error, request)).toMatchObject({
    code: 'UPSTREAM_AUTH',
    retryable: true,
  });
  expect(credential.onRepeatRejected?.(third, error, request)).toBe(error);
  await client.close();
});
