/**
 * Rotation of CURSOR_KEYS and SESSION_KEYS in two steps: the new key is appended on all replicas, then it is moved to the front,
 * and the old one is removed when nothing that it encrypted is used any more. Each step is a rolling deployment.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createContact } from '../support/creation.ts';
import { type Forward, startForward } from '../support/forward.ts';
import { postQuery, type TestGateway } from '../support/gateway.ts';
import { type LiveGateway, startLiveGateway } from '../support/live-gateway.ts';
import { logIn } from '../support/passthrough-gateway.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { issueToken } from '../support/sessions.ts';

let redis: RedisServer;
let network: Forward;
let emulator: Emulator;
let token: string;
beforeAll(async () => {
  redis = await startRedis();
  network = await startForward(redis.address);
  emulator = await startEmulator({ contacts: 500, claims: true });
  token = await logIn(emulator, emulator);
});
afterAll(async () => {
  await emulator.close();
  await network.close();
  await redis.close();
});

const [old, next] = [randomBytes(32), randomBytes(32)].map((key) => key.toString('base64')) as [string, string];

/** A replica with these keys, both of cursors and of sessions. */
async function start(keys: readonly string[]): Promise<LiveGateway & { ask: TestGateway['query'] }> {
  const gateway = await startLiveGateway(emulator, {
    ...{ VALKEY_URL: `redis://127.0.0.1:${network.port}`, CURSOR_KEYS: keys.join(), SESSION_KEYS: keys.join() },
    ...{ UPSTREAM_CLIENT_KEY: emulator.clientKey, UPSTREAM_CLIENT_SECRET: emulator.clientSecret },
    ORGANIZATION_ID: emulator.organizationId,
  });
  const client = { fetch: (_url: string, init: RequestInit) => fetch(gateway.url, init) };
  const ask: TestGateway['query'] = (query, variables, headers) =>
    postQuery(client, query, variables, { authorization: `Bearer ${token}`, ...headers });
  await expect.poll(async () => (await createContact(ask, `ready-${keys}-${Math.random()}`)).errors).toEqual([]);
  return Object.assign(gateway, { ask });
}
type Replica = Awaited<ReturnType<typeof start>>;

const list = `query ($after: String) {
  contacts(first: 50, after: $after, orderBy: {field: CREATED_ABSOLUTE}) { nodes { cid } pageInfo { endCursor } }
}`;
const profile = `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }`;
const startSession = 'mutation ($input: StartContactSessionInput!) { startContactSession(input: $input) { session } }';
const renewSession = 'mutation { renewContactSession { session } }';
let count = 0;

/** What one replica makes and another replica takes: the codes of all that it refuses. */
async function refusals(maker: Replica, taker: Replica): Promise<string[]> {
  const codes: string[] = [];
  async function send(...[replica, query, variables, headers]: [Replica, string, object?, Record<string, string>?]) {
    const answer = await replica.ask(query, { ...variables }, headers);
    codes.push(...answer.errors.map(({ extensions }) => String(extensions['code'])));
    return answer.data;
  }

  const first = await send(maker, list);
  emulator.control.clearLog();
  const page = { after: first?.contacts?.pageInfo.endCursor };
  const taken = await send(taker, list, page);
  // The scroll session of the other replica is continued, and its page is read from the store.
  if (codes.length === 0) {
    const again = await send(maker, list, page);
    expect(again.contacts.nodes).toEqual(taken.contacts.nodes);
    expect(emulator.control.counts().contacts).toBe(1);
  }

  count += 1;
  const key = `key-${count}`;
  const email = `ada-${count}@canary.example`;
  const created = await createContact(maker.ask, key, { email });
  const repeated = await createContact(taker.ask, key, { email });
  codes.push(
    ...[created, repeated].flatMap(({ errors }) => errors.map(({ extensions }) => String(extensions['code']))),
  );
  expect(emulator.control.counts().createContact).toBe(1);

  const customerToken = await issueToken(emulator, demo.contactId, 1);
  const session = (await send(maker, startSession, { input: { token: customerToken } }))?.startContactSession?.session;
  const authorization = `Bearer ${session}`;
  const viewer = '{ viewer { contact { cid } } }';
  await send(taker, viewer, {}, { authorization });
  const renewed = (await send(taker, renewSession, {}, { authorization }))?.renewContactSession?.session;
  if (renewed !== undefined) await send(maker, viewer, {}, { authorization: `Bearer ${renewed}` });

  await send(maker, profile, {}, { 'cache-control': 'no-cache' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  emulator.control.clearLog();
  await send(taker, profile);
  if (codes.length === 0) expect(emulator.control.calls()).toEqual([]);
  return codes;
}

describe('a rolling deployment of one step', () => {
  test.each([
    ['appends the new key', [old], [old, next]],
    ['moves the new key to the front', [old, next], [next, old]],
    ['removes the old key', [next, old], [next]],
  ])('that %s refuses nothing, in both directions', async (_step, before, after) => {
    const [one, other] = [await start(before), await start(after)];
    expect(await refusals(one, other)).toEqual([]);
    expect(await refusals(other, one)).toEqual([]);
    await one.close();
    await other.close();
  });

  test('that puts the new key in front at once is refused by the replicas that do not have it yet', async () => {
    const [one, other] = [await start([old]), await start([next, old])];
    expect(await refusals(other, one)).toEqual([
      'CURSOR_INVALID', // the next page
      'OUTCOME_UNKNOWN', // the repeated creation
      'UNAUTHENTICATED', // the session
      'UNAUTHENTICATED', // its renewal
    ]);
    await one.close();
    await other.close();
  });
});
