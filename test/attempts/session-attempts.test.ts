import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createSessionAttempts, type SessionAttempts } from '../../src/attempts/session-attempts.ts';
import type { Caller } from '../../src/auth/caller.ts';
import { RateLimited } from '../../src/errors.ts';
import { connectValkey, type Valkey } from '../../src/valkey/connection.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';

/** The kind: attempts that replicas count together in Valkey. */

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

const key = randomBytes(32);
let connections: Valkey[] = [];
beforeEach(() => void redis.call('FLUSHALL'));
afterEach(() => {
  for (const { close } of connections) close();
  connections = [];
});

async function startReplica(limits = {}, hashKey = key): Promise<SessionAttempts> {
  const valkey = connectValkey(redis.address, () => undefined);
  connections.push(valkey);
  await expect.poll(() => valkey.run('return 1', 'x', [], Number)).toBe(1);
  return createSessionAttempts(
    { perUsername: 3, perCaller: 1_000, tokensPerCaller: 3, windowMs: 900_000, ...limits },
    hashKey,
    valkey,
  );
}

const rejectCall = async (): Promise<never> => {
  throw new Error('no call');
};
const credential = { id: '', bearer: rejectCall, onRejected: rejectCall };
const anonymous: Caller = { organizationId: '', subject: '', scopes: [], credential, isAnonymous: true };
const attempt = (username = 'canary-name', clientAddress = '10.9.8.7') => ({
  ...{ caller: anonymous, organizationId: 'org', username, clientAddress },
});

test('replicas share the attempts with a username and those of a caller', async () => {
  const [one, other] = [await startReplica(), await startReplica()];
  for (const replica of [one, other, one]) await replica.count(attempt());
  for (const replica of [one, other]) {
    const refusal = await replica.count(attempt()).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RateLimited);
    expect((refusal as RateLimited).retryAfter).toBeGreaterThan(890);
    expect((refusal as RateLimited).retryAfter).toBeLessThanOrEqual(900);
  }
  const strict = { perCaller: 5, perUsername: 1_000 };
  const [third, fourth] = [await startReplica(strict), await startReplica(strict)];
  await expect(third.count(attempt('b'))).rejects.toBeInstanceOf(RateLimited); // this address has made five attempts
  await fourth.count(attempt('b', '10.9.8.6'));
});

test('an attempt that is taken back by one replica is free for the others', async () => {
  const [one, other] = [await startReplica({ perUsername: 1 }), await startReplica({ perUsername: 1 })];
  for (let round = 0; round < 3; round += 1) {
    const takeBack = await one.count(attempt());
    await expect(other.count(attempt())).rejects.toBeInstanceOf(RateLimited);
    await takeBack();
    await (await other.count(attempt('other')))();
    await redis.call('FLUSHALL');
  }
});

test('Valkey has hashes in its keys, neither usernames nor addresses, and expires them', async () => {
  const replica = await startReplica();
  await replica.count(attempt());
  const keys = (await redis.call('KEYS', '*')) as string[];
  expect(keys).toHaveLength(2);
  for (const each of keys) {
    expect(each).toMatch(/^contactgraph:attempts:1:(?:username|caller):[\w-]{43}$/);
    const left = Number(await redis.call('PTTL', each));
    expect(left).toBeGreaterThan(890_000);
    expect(left).toBeLessThanOrEqual(900_000);
  }
});

test('replicas with different session keys share no counts, so that a hash cannot be computed without the key', async () => {
  const limits = { perUsername: 1, perCaller: 1 };
  const [one, other] = [await startReplica(limits), await startReplica(limits, randomBytes(32))];
  await one.count(attempt());
  await other.count(attempt());
  expect(await redis.call('KEYS', '*')).toHaveLength(4);
});

test('while Valkey does not answer each process counts for itself, and after that together again', async () => {
  const replica = await startReplica({ perUsername: 2 });
  await redis.kill();
  for (let tries = 0; tries < 2; tries += 1) await replica.count(attempt());
  await expect(replica.count(attempt())).rejects.toBeInstanceOf(RateLimited);
  await redis.restart();
  await expect.poll(() => replica.count(attempt()).then(() => 'counted', String), { timeout: 10_000 }).toBe('counted');
});

test('the memory of a process has a bound: the least recently used username is forgotten', async () => {
  const replica = createSessionAttempts(
    { perUsername: 1, perCaller: 1_000_000, tokensPerCaller: 3, windowMs: 900_000 },
    key,
    undefined,
  );
  await replica.count(attempt('first'));
  await expect(replica.count(attempt('first'))).rejects.toBeInstanceOf(RateLimited);
  for (let index = 0; index < 20_000; index += 1) await replica.count(attempt(`name-${index}`));
  await replica.count(attempt('first'));
  await expect(replica.count(attempt('name-19999'))).rejects.toBeInstanceOf(RateLimited);
});
