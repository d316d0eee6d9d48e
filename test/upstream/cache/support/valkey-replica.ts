// The replicas of one test file, which share a Redis server. Each test begins with an empty server and a contact of its own.
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { createAead } from '../../../../src/crypto/aead.ts';
import { createCache } from '../../../../src/upstream/cache/cache.ts';
import { createCachedReads } from '../../../../src/upstream/cache/cached-read.ts';
import { createCoalescer } from '../../../../src/upstream/cache/coalescer.ts';
import type { ReadRequest } from '../../../../src/upstream/cache/read-through.ts';
import { createValkeyCache } from '../../../../src/upstream/cache/valkey-cache.ts';
import { connectValkey } from '../../../../src/valkey/connection.ts';
import { type RedisServer, startRedis } from '../../../support/redis.ts';

const minute = { freshMs: 60_000, staleMs: 60_000, errorMs: 600_000, absentMs: 0 };
const off = { freshMs: 0, staleMs: 0, errorMs: 0, absentMs: 0 };
const policy = { contact: minute, events: minute, devices: minute, accountings: off };

/** The encryption of responses in Valkey. */
export const aead = createAead([randomBytes(32)], 'cache');

/** The Redis server of the test file. */
export let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

/** What is closed after each test. */
export const open: { close(): void }[] = [];
/** The reasons of the outages that the replicas of the current test have reported. */
export let outages: string[] = [];

/** Starts a replica of the gateway with its own cache in memory, which is closed after the test. */
export function replica({ hasMemory = true, sealedWith = aead, maxUnsentInvalidations = 10_000, retryMs = 50 } = {}) {
  const onOutage = (reason: string) => void outages.push(reason);
  const valkey = connectValkey(redis.address, onOutage);
  const options = {
    valkey,
    address: redis.address,
    aead: sealedWith,
    onOutage,
    beatMs: 50,
    retryMs,
    maxUnsentInvalidations,
  };
  const shared = createValkeyCache(options);
  const cache = hasMemory ? createCache({ maxBytes: 1_000_000 }) : undefined;
  const coalescer = createCoalescer();
  const reads = createCachedReads({ coalescer, cache, sharedCache: shared, policy });
  open.push(shared, valkey);
  const read = (says: string | (() => Promise<string>), changes: Partial<ReadRequest<string>> = {}) =>
    reads.read({
      key: `alice ${tag}`,
      tag,
      resource: 'contact',
      deadline: { signal: new AbortController().signal, endsAt: () => Number.POSITIVE_INFINITY },
      mustBeFresh: false,
      async fetch() {
        const value = typeof says === 'string' ? says : await says();
        return { bytes: Buffer.from(value), json: value };
      },
      decode: String,
      ...changes,
    });
  const up = () => expect.poll(shared.isListening).toBe(true);
  const remembers = (key: string) => cache?.get(key, String) !== undefined;
  return { read, forget: reads.invalidate, shared, coalescer, remembers, valkey, up };
}

let tests = 0;
/** The tag of the contact of the current test. */
export let tag = '';
beforeEach(async () => {
  tests += 1;
  tag = `organization contact-${tests}`;
  await redis.call('FLUSHALL');
  outages = [];
});
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

/** Returns the keys of the hashes in Valkey; each has the responses about one contact. */
export const hashes = async () => (await redis.call('KEYS', 'contactgraph:read:*')) as string[];

/** Returns the names of the responses in the first hash. */
export const fields = async (): Promise<string[]> => {
  const [hash = ''] = await hashes();
  const names = hash === '' ? [] : ((await redis.call('HKEYS', hash)) as string[]);
  return names.filter((name) => name !== 'generation');
};

/** Expects a number of responses in the first hash, and waits for it. */
export const kept = () => expect.poll(async () => (await fields()).length);

/** A read that the test resolves; `begun` resolves when the read starts. */
export function pending() {
  const { promise, resolve } = Promise.withResolvers<string>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const says = () => {
    begin();
    return promise;
  };
  return { resolve, begun, says };
}

/** Makes a stored response older by `ms`, and returns a function that sets another age. */
export async function aged(hash: string, field: string, ms: number) {
  const script = `
    local held = redis.call('HGET', KEYS[1], ARGV[1])
    local at = string.match(held, '^(%d+):')
    redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', at - ARGV[2]) .. string.sub(held, #at + 1))`;
  let age = 0;
  const set = async (to: number) => {
    await redis.call('EVAL', script, 1, hash, field, to - age);
    age = to;
  };
  await set(ms);
  return set;
}
