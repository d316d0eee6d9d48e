// A token that is revoked at one replica is refused by all replicas, also by one that starts later and after an outage.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { waitUntil } from '../emulator/support.ts';
import { type LiveGateway, startLiveGateway } from '../support/live-gateway.ts';
import { logIn } from '../support/passthrough-gateway.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';

const read = `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }`;
const revoke = 'mutation { revokeToken { revokedAt } }';

let redis: RedisServer;
let emulator: Emulator;
let port: number;
beforeAll(async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = Object(server.address()).port;
  await promisify(server.close.bind(server))();
  redis = await startRedis('--port', String(port));
  emulator = await startEmulator({ contacts: 20 });
});
afterAll(async () => {
  await emulator.close();
  await redis.close();
});

let replicas: LiveGateway[] = [];
let one: LiveGateway;
let other: LiveGateway;
beforeEach(async () => {
  emulator.control.reset();
  await redis.call('FLUSHALL');
  [one, other] = [await startReplica(), await startReplica()];
});
afterEach(async () => {
  for (const replica of replicas) await replica.close();
  replicas = [];
});

const subscribers = async () => Object(await redis.call('PUBSUB', 'NUMSUB', 'contactgraph:revoke:1'))[1];

async function startReplica(): Promise<LiveGateway> {
  const env = { VALKEY_URL: `redis://127.0.0.1:${port}`, CURSOR_KEYS: Buffer.alloc(32, 7).toString('base64') };
  const replica = await startLiveGateway(emulator, env);
  replicas.push(replica);
  await expect.poll(subscribers).toBe(replicas.length);
  return replica;
}

/** Logs in, and reads at both replicas, so that both have the contact in their memory. */
async function tokenInUse(): Promise<string> {
  const token = await logIn(emulator, demo);
  for (const replica of [one, other]) {
    expect((await replica.query(token, read)).data.contact.firstName).toBe('Ada');
  }
  return token;
}

const revocationCommands = async () => {
  const stats = String(await redis.call('INFO', 'commandstats'));
  return Number(/cmdstat_exists:calls=(\d+)/.exec(stats)?.[1] ?? 0);
};

test('a token that is revoked at one replica is refused by the other one without a call', async () => {
  const token = await tokenInUse();
  expect((await one.query(token, revoke)).errors).toEqual([]);
  emulator.control.clearLog();
  await expect.poll(async () => (await other.query(token, '{ __typename }')).status).toBe(401);
  expect((await other.query(token, read)).errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  expect(emulator.control.calls()).toEqual([]);
});

test('a request with a token that another replica has revoked does not join an operation that is pending', async () => {
  const token = await tokenInUse();
  const document = `{ contact(by: {cid: "${demo.contactId}"}) { lastName devices(first: 1) { totalCount } } }`;
  await other.query(await logIn(emulator, demo), document); // Only documents that were executed before are shared.
  emulator.control.latency({ pattern: '/devices', ms: 2_000 });
  const pending = other.query(token, document);
  await waitUntil(() => emulator.control.counts().devices === 2);
  await one.query(token, revoke);
  await expect.poll(async () => (await other.query(token, '{ __typename }')).status).toBe(401);
  expect((await other.query(token, document)).status).toBe(401);
  expect((await pending).data.contact.devices.totalCount).toBeGreaterThan(0);
});

test('a replica that starts after a revocation refuses the token without a call', async () => {
  const token = await tokenInUse();
  await one.query(token, revoke);
  emulator.control.clearLog();
  expect((await (await startReplica()).query(token, read)).status).toBe(401);
  expect(emulator.control.calls()).toEqual([]);
});

test('a token that is in use is looked up once at each replica, and its revocation has the lifetime of the token', async () => {
  const token = await tokenInUse();
  await expect
    .poll(async () => {
      const before = await revocationCommands();
      await other.query(token, read);
      return (await revocationCommands()) - before;
    })
    .toBe(0);
  await one.query(token, revoke);
  const [key] = (await redis.call('KEYS', 'contactgraph:revoked:*')) as string[];
  const lifetime = Number(await redis.call('TTL', String(key)));
  expect(lifetime).toBeGreaterThan(24 * 60 * 60 - 60);
  expect(lifetime).toBeLessThan(24 * 60 * 60 + 600);
  expect(String(key)).not.toContain(token.slice(0, 20));
});

test('a revocation while Valkey is paused is refused by the upstream at the other replica, and known there afterwards', async () => {
  const token = await tokenInUse();
  redis.pause();
  expect((await one.query(token, revoke)).errors).toEqual([]);
  expect((await one.query(token, read)).status).toBe(401);
  // Within a second the other replica has noticed the outage: from then on it answers nothing from its memory.
  await expect.poll(async () => (await other.query(token, read)).data?.contact ?? null, { timeout: 10_000 }).toBeNull();
  redis.resume();
  await expect.poll(async () => (await other.query(token, read)).status, { timeout: 10_000 }).toBe(401);
});

test('a replica that missed a revocation refuses the token when it can reach Valkey again', async () => {
  const token = await tokenInUse();
  await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await one.query(token, revoke);
  await expect.poll(subscribers, { timeout: 10_000 }).toBe(replicas.length);
  expect((await other.query(token, '{ __typename }')).status).toBe(401);
});
