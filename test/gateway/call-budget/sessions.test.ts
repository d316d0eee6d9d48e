import { afterEach, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { startHttpServer } from '../../../src/http/server.ts';
import { postFrom } from '../../support/client-address.ts';
import type { Answer } from '../../support/gateway.ts';
import { customerSessionEnvironment, type QueryFunction, startSessions } from '../../support/sessions.ts';
import { routesOf } from '../../support/write-gateway.ts';

/** The kind: budgets of upstream calls of contacts with customer sessions, and of addresses that start them. */

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** Starts a gateway with budgets of 200 calls for contacts and for addresses, to which one call is added in 10 s. */
async function start(env: Record<string, string> = {}) {
  const budgets = { CALLS_PER_MINUTE_SESSION: '6', CALLS_PER_MINUTE_ANONYMOUS: '6', MAX_UPSTREAM_CALLS: '200' };
  const attempts = { SESSION_TOKEN_ATTEMPTS_PER_CALLER: '100000' };
  const stack = await startSessions({
    emulator: { contacts: 20 },
    env: { ...customerSessionEnvironment(), SWITCHED_OFF: 'cache', ...budgets, ...attempts, ...env },
  });
  open.push(stack);
  return stack;
}

const ownContact = '{ viewer { contact { firstName } } }';

async function spend(query: QueryFunction): Promise<Answer> {
  for (let times = 0; times < 400; times += 1) {
    const answer = await query(ownContact);
    if (answer.errors.length > 0) return answer;
  }
  throw new Error('The session was never refused.');
}

test.each(['all', 'none'])(
  'a contact has one budget for all its sessions, and no other contact loses anything, with ACCELERATORS=%s',
  async (ACCELERATORS) => {
    const stack = await start({ ACCELERATORS });
    const [one, again] = [await stack.queryAsContact(demo.contactId), await stack.queryAsContact(demo.contactId)];
    const [other] = stack.emulator.contacts().filter(({ cid }) => cid !== demo.contactId);
    const another = await stack.queryAsContact(other?.cid ?? '');
    expect((await one('{ rateLimit { limit } }')).data).toEqual({ rateLimit: { limit: 200 } });
    expect((await spend(one)).errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    const calls = routesOf(stack).length;
    expect((await again(ownContact)).errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    expect(routesOf(stack)).toHaveLength(calls);
    expect((await another(ownContact)).errors).toEqual([]);
    expect((await stack.query(ownContact, {}, { authorization: 'Bearer token' })).errors).toEqual([]);
  },
);

test('an address without a token has a budget of its own, and starts from another address go on', async () => {
  const stack = await start();
  const server = await startHttpServer(stack.gateway.listener, '127.0.0.1', 0);
  open.push({ close: () => server.stop(0) });
  const query = 'mutation ($t: String!) { startContactSession(input: {token: $t}) { session userErrors { code } } }';
  const startFrom = (address: string, t: string) => postFrom(address, server.url, { query, variables: { t } });
  let answer = await startFrom('127.0.0.2', 'guess');
  for (let times = 0; times < 400 && answer.codes.length === 0; times += 1)
    answer = await startFrom('127.0.0.2', 'guess');
  expect(answer).toMatchObject({ status: 429, codes: ['RATE_LIMITED'] });
  const calls = routesOf(stack).length;
  expect(calls).toBeGreaterThanOrEqual(200);
  expect(calls).toBeLessThan(260);
  const token = await stack.tokenFor(demo.contactId);
  expect((await startFrom('127.0.0.2', token)).codes).toEqual(['RATE_LIMITED']);
  expect(routesOf(stack)).toEqual([]);
  expect((await startFrom('127.0.0.3', token)).data).toMatchObject({ startContactSession: { userErrors: [] } });
});

test('Query.rateLimit is not for anonymous callers', async () => {
  const stack = await start();
  expect((await stack.query('{ rateLimit { limit } }')).status).toBe(401);
});
