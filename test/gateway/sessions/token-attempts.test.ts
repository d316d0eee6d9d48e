import { afterEach, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { startHttpServer } from '../../../src/http/server.ts';
import { postFrom } from '../../support/client-address.ts';
import { customerSessionEnvironment, type Sessions, startSessions } from '../../support/sessions.ts';
import { routesOf } from '../../support/write-gateway.ts';

/** The kind: limits on attempts to start a customer session with a customer token. */

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** Starts a gateway over an upstream that redeems 60 tokens in 10 s for all callers, and closes a gate after a 429. */
async function start(env: Record<string, string> = {}) {
  const stack = await startSessions({
    emulator: { contacts: 20, redeemLimit: { count: 60, seconds: 10 } },
    env: { ...customerSessionEnvironment(), SWITCHED_OFF: 'cache,retry', ...env },
  });
  const server = await startHttpServer(stack.gateway.listener, '127.0.0.1', 0);
  open.push(stack, { close: () => server.stop(0) });
  const startFrom = (address: string, token: string) => {
    const query =
      'mutation ($token: String!) { startContactSession(input: {token: $token}) { session userErrors { code } } }';
    return postFrom(address, server.url, { query, variables: { token } });
  };
  return { stack, startFrom };
}

const refused = { startContactSession: { session: null, userErrors: [{ code: 'NOT_FOUND' }] } };
const started = { startContactSession: { session: expect.stringMatching(/^cgs_/), userErrors: [] } };
const limited = { startContactSession: null };

const countRedemptions = (stack: Sessions) => routesOf(stack).filter((route) => route === 'redeemToken').length;

test.each(['all', 'none'])(
  '60 guessed tokens of one address leave a start from another address possible, with ACCELERATORS=%s',
  async (ACCELERATORS) => {
    const { stack, startFrom } = await start({ ACCELERATORS });
    const token = await stack.tokenFor(demo.contactId);
    const guesses = await Promise.all(Array.from({ length: 60 }, (_, n) => startFrom('127.0.0.2', `guess-${n}`)));
    expect(guesses.filter(({ data }) => JSON.stringify(data) === JSON.stringify(refused))).toHaveLength(20);
    expect(guesses.filter(({ codes }) => codes.includes('RATE_LIMITED'))).toHaveLength(40);
    expect(countRedemptions(stack)).toBe(20);
    expect(await startFrom('127.0.0.3', token)).toMatchObject({ data: started, codes: [] });
    expect(countRedemptions(stack)).toBe(21);
  },
);

test('an address without attempts left is refused without a call, also with a token that exists', async () => {
  const { stack, startFrom } = await start({ SESSION_TOKEN_ATTEMPTS_PER_CALLER: '2' });
  const token = await stack.tokenFor(demo.contactId);
  for (const guess of ['one', 'two']) expect((await startFrom('127.0.0.2', guess)).data).toEqual(refused);
  expect(await startFrom('127.0.0.2', token)).toMatchObject({ data: limited, codes: ['RATE_LIMITED'] });
  expect(countRedemptions(stack)).toBe(2);
  expect(await startFrom('127.0.0.3', token)).toMatchObject({ data: started });
});

test('a token that is used up, one that is accepted, and a 429 of the upstream are no wrong attempts', async () => {
  const { stack, startFrom } = await start({ SESSION_TOKEN_ATTEMPTS_PER_CALLER: '1', SWITCHED_OFF: 'rate-limit-gate' });
  const token = await stack.tokenFor(demo.contactId);
  expect((await startFrom('127.0.0.2', token)).data).toEqual(started);
  for (let times = 0; times < 2; times += 1) expect((await startFrom('127.0.0.2', token)).codes).toEqual(['GONE']);
  stack.emulator.control.redeemLimit({ count: 0, seconds: 30 });
  for (let times = 0; times < 2; times += 1) await startFrom('127.0.0.2', token);
  expect(countRedemptions(stack)).toBe(5);
  stack.emulator.control.reset();
  stack.emulator.control.clearLog();
  expect((await startFrom('127.0.0.2', 'guess')).data).toEqual(refused);
  expect((await startFrom('127.0.0.2', token)).codes).toEqual(['RATE_LIMITED']);
  expect(countRedemptions(stack)).toBe(1);
});
