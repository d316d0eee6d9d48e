import { afterEach, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { startHttpServer } from '../../../src/http/server.ts';
import type { Answer } from '../../support/gateway.ts';
import { customerSessionEnvironment, type Sessions, startSessions } from '../../support/sessions.ts';
import { routesOf } from '../../support/write-gateway.ts';

/** The kind: limits on attempts to start a customer session with a username and a password. */

const username = 'YYYYYZZZXXX1';
const good = { username, password: demo.contactPassword };
const wrong = { username, password: 'wrong' };

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function start(env: Record<string, string> = {}): Promise<Sessions> {
  const emulator = { contacts: 20, passwordLimit: { count: 100_000, seconds: 1 } };
  const stack = await startSessions({ emulator, env: { ...customerSessionEnvironment(), ...env } });
  open.push(stack);
  return stack;
}

const attempt = (stack: Sessions, credentials: object, headers = {}) =>
  stack.startSession({ credentials }, 'session userErrors { code }', headers);

function expectLimited({ data, errors }: Answer): void {
  expect(data).toEqual({ startContactSession: null });
  expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryable: true } }]);
  const { retryAfter } = errors[0]?.extensions ?? {};
  expect(retryAfter).toBeGreaterThan(0);
  expect(retryAfter).toBeLessThanOrEqual(900);
}

function expectRefused({ data, errors }: Answer): void {
  expect(errors).toEqual([]);
  expect(data.startContactSession).toEqual({ session: null, userErrors: [{ code: 'NOT_FOUND' }] });
}

test('a username has 10 wrong attempts by default, after which also the right password is RATE_LIMITED without a call', async () => {
  const stack = await start();
  for (let tries = 0; tries < 10; tries += 1) expectRefused(await attempt(stack, wrong));
  stack.emulator.control.clearLog();
  expectLimited(await attempt(stack, wrong));
  expectLimited(await attempt(stack, good));
  expect(routesOf(stack)).toEqual([]);
  expectRefused(await attempt(stack, { ...wrong, username: 'another' }));
});

test.each(['YYYYYzzzXXX1', ' YYYYYZZZXXX1 ', 'ＹYYYYZZZXXX1'])(
  'the spelling "%s" of a username has no attempts of its own',
  async (spelling) => {
    const stack = await start({ SESSION_ATTEMPTS_PER_USERNAME: '1' });
    expectRefused(await attempt(stack, wrong));
    expectLimited(await attempt(stack, { ...wrong, username: spelling }));
  },
);

test('a username that does not exist has as many attempts as one that does', async () => {
  const stack = await start({ SESSION_ATTEMPTS_PER_USERNAME: '2' });
  for (const name of [username, 'absent']) {
    for (let tries = 0; tries < 2; tries += 1) expectRefused(await attempt(stack, { ...wrong, username: name }));
    expectLimited(await attempt(stack, { ...wrong, username: name }));
  }
});

test('attempts at the same time cannot exceed the limit together', async () => {
  const stack = await start({ SESSION_ATTEMPTS_PER_USERNAME: '3' });
  const answers = await Promise.all(Array.from({ length: 20 }, () => attempt(stack, wrong)));
  expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(3);
  expect(routesOf(stack)).toHaveLength(3);
});

test('a successful attempt and one that the upstream fails to answer do not count', async () => {
  const stack = await start({ SESSION_ATTEMPTS_PER_USERNAME: '1', SESSION_ATTEMPTS_PER_CALLER: '1' });
  for (let tries = 0; tries < 3; tries += 1) {
    expect((await attempt(stack, good)).data.startContactSession.session).toMatch(/^cgs_/);
    stack.emulator.control.fault({ path: '/credential/check', kind: 'status', status: 500 });
    expect((await attempt(stack, good)).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  }
  expectRefused(await attempt(stack, wrong));
  expectLimited(await attempt(stack, good));
});

test('a caller has its own limit over all usernames, and without attempts left uses up those of no username', async () => {
  const stack = await start({ SESSION_ATTEMPTS_PER_CALLER: '3', SESSION_ATTEMPTS_PER_USERNAME: '3' });
  for (const name of ['a', 'b', 'c']) expectRefused(await attempt(stack, { ...wrong, username: name }));
  for (let tries = 0; tries < 5; tries += 1) expectLimited(await attempt(stack, wrong));
  // An authenticated caller is another one than the anonymous callers.
  const headers = { authorization: 'Bearer token' };
  expect((await attempt(stack, good, headers)).data.startContactSession.session).toMatch(/^cgs_/);
});

test.each(['all', 'none'])('an anonymous caller is its address, with ACCELERATORS=%s', async (ACCELERATORS) => {
  const stack = await start({ SESSION_ATTEMPTS_PER_CALLER: '2', ACCELERATORS });
  const server = await startHttpServer(stack.gateway.listener, '127.0.0.1', 0);
  open.push({ close: () => server.stop(0) });
  const post = async (name: string, forwardedFor: string) => {
    const query =
      'mutation ($c: ContactCredentials!) { startContactSession(input: {credentials: $c}) { session userErrors { code } } }';
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': forwardedFor },
      body: JSON.stringify({ query, variables: { c: { ...wrong, username: name } } }),
    });
    return ((await response.json()) as { errors?: Answer['errors'] }).errors?.[0]?.extensions['code'];
  };
  const codes = [await post('a', '10.0.0.1'), await post('b', '10.0.0.2'), await post('c', '10.0.0.3')];
  expect(codes).toEqual([undefined, undefined, 'RATE_LIMITED']);
  // A request that came over no socket has another key than this address.
  expectRefused(await attempt(stack, { ...wrong, username: 'd' }));
});

test('the attempts end with their window', async () => {
  const stack = await start({ SESSION_ATTEMPTS_PER_USERNAME: '1', SESSION_ATTEMPTS_WINDOW_MS: '1000' });
  expectRefused(await attempt(stack, wrong));
  const limited = await attempt(stack, wrong);
  expect(limited.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfter: 1 } }]);
  await expect.poll(async () => (await attempt(stack, good)).errors, { timeout: 5_000 }).toEqual([]);
});
