import { randomBytes } from 'node:crypto';
import { setTimeout as later } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAead } from '../../../src/crypto/aead.ts';
import { NotFound, UpstreamUnavailable } from '../../../src/errors.ts';
import { createCache } from '../../../src/upstream/cache/cache.ts';
import { createCachedReads } from '../../../src/upstream/cache/cached-read.ts';
import { createCoalescer } from '../../../src/upstream/cache/coalescer.ts';
import type { ReadRequest } from '../../../src/upstream/cache/read-through.ts';
import { createValkeyCache } from '../../../src/upstream/cache/valkey-cache.ts';
import { connectValkey, type Valkey } from '../../../src/valkey/connection.ts';
import { subscribeToValkey } from '../../../src/valkey/subscription.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';

const minute = { freshMs: 60_000, staleMs: 60_000, errorMs: 600_000, absentMs: 0 };
const off = { freshMs: 0, staleMs: 0, errorMs: 0, absentMs: 0 };
const policy = { contact: minute, events: minute, devices: minute, accountings: off };
const aead = createAead([randomBytes(32)], 'cache');

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

const open: { close(): void }[] = [];
let outages: string[] = [];

/** A replica of the gateway with its own cache in memory. */
function replica({ hasMemory = true, sealedWith = aead, maxUnsentInvalidations = 10_000, retryMs = 50 } = {}) {
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
let tag = '';
const hashes = async () => (await redis.call('KEYS', 'contactgraph:read:*')) as string[];
const fields = async (): Promise<string[]> => {
  const [hash = ''] = await hashes();
  const names = hash === '' ? [] : ((await redis.call('HKEYS', hash)) as string[]);
  return names.filter((name) => name !== 'generation');
};
const kept = () => expect.poll(async () => (await fields()).length);
/** A read that the test resolves; `begun` resolves when the read starts. */
function pending() {
  const { promise, resolve } = Promise.withResolvers<string>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const says = () => {
    begin();
    return promise;
  };
  return { resolve, begun, says };
}

beforeEach(async () => {
  tests += 1;
  tag = `organization contact-${tests}`;
  await redis.call('FLUSHALL');
  outages = [];
});
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

test('a response that one replica has read is served by another one with its age', async () => {
  const [one, other] = [replica(), replica()];
  await Promise.all([one.up(), other.up()]);
  expect(await one.read('answer')).toMatchObject({ value: 'answer', origin: 'upstream' });
  await kept().toBe(1);
  const found = await other.read('another');
  expect(found).toMatchObject({ value: 'answer', origin: 'cache' });
  expect(found.ageMs).toBeGreaterThanOrEqual(0);
  const again = await other.read('another');
  expect(again.ageMs).toBeGreaterThanOrEqual(found.ageMs);
  expect(await one.read('another', { key: `bob ${tag}` })).toMatchObject({ value: 'another', origin: 'upstream' });
});

test('Valkey holds no plain text of keys or responses, and every entry expires', async () => {
  const one = replica();
  await one.up();
  await one.read('canary-answer', { key: 'canary-key', tag: 'canary-tag' });
  await kept().toBe(1);
  const dump = JSON.stringify([await hashes(), await redis.call('HGETALL', (await hashes())[0] ?? '')]);
  expect(dump).not.toContain('canary');
  for (const key of await hashes()) {
    const left = Number(await redis.call('PTTL', key));
    expect(left).toBeGreaterThan(600_000);
    expect(left).toBeLessThanOrEqual(660_000);
  }
});

test('a read that must be fresh calls the upstream and stores the response for other replicas', async () => {
  const one = replica({ hasMemory: false });
  await one.up();
  await one.read('never', { resource: 'accountings' });
  expect(await hashes()).toEqual([]);
  await one.read('before');
  await kept().toBe(1);
  expect(await one.read('after', { mustBeFresh: true })).toMatchObject({ value: 'after', origin: 'upstream' });
  await expect.poll(async () => (await one.read('another')).value).toBe('after');
});

test('a response in Valkey that is not fresh is served only if the upstream fails', async () => {
  const [one, other] = [replica({ hasMemory: false }), replica()];
  await Promise.all([one.up(), other.up()]);
  await one.read('answer');
  await kept().toBe(1);
  const [hash = ''] = await hashes();
  const [field = ''] = await fields();
  // The entry appears to be stored an hour ago, and then two minutes ago.
  const setAge = await aged(hash, field, 120_000 + 60 * 60_000);
  const none = () => Promise.reject(new NotFound('none'));
  const down = () => Promise.reject(new UpstreamUnavailable('down'));
  await expect(other.read(down)).rejects.toThrow(UpstreamUnavailable);
  await setAge(120_000);
  expect(await other.read(down)).toMatchObject({ value: 'answer', origin: 'stale' });
  await expect(other.read(none, { mustBeFresh: true })).rejects.toThrow(NotFound);
  await kept().toBe(0);
});

/** Makes a stored response older by `ms`, and returns a function that sets another age. */
async function aged(hash: string, field: string, ms: number) {
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

describe('a write through one replica invalidates the caches of all replicas', () => {
  test('after a write through one replica the other replica drops its responses about that contact, and no others', async () => {
    const [one, other] = [replica(), replica()];
    await Promise.all([one.up(), other.up()]);
    await other.read('before');
    await other.read('bystander', { key: 'alice y', tag: 'y' });
    await kept().toBe(1);
    await one.forget(tag);
    expect(await hashes()).toHaveLength(1);
    await expect.poll(() => other.remembers(`alice ${tag}`)).toBe(false);
    expect(await other.read('after')).toMatchObject({ value: 'after', origin: 'upstream' });
    expect(await other.read('anew', { key: 'alice y', tag: 'y' })).toMatchObject({ value: 'bystander' });
  });

  test('after a write through one replica a pending read of the other replica is neither stored nor joined', async () => {
    const [one, other] = [replica(), replica()];
    await Promise.all([one.up(), other.up()]);
    const { says, begun, resolve } = pending();
    const before = other.read(says);
    await begun;
    await one.forget(tag);
    await expect.poll(() => other.coalescer.size).toBe(0);
    const after = pending();
    const joined = other.read(after.says);
    await after.begun;
    resolve('before');
    expect(await before).toMatchObject({ value: 'before' });
    after.resolve('after');
    expect(await joined).toMatchObject({ value: 'after', origin: 'upstream' });
    await kept().toBe(1);
    expect(await other.read('another')).toMatchObject({ value: 'after', origin: 'cache' });
    expect(await one.read('another')).toMatchObject({ value: 'after', origin: 'cache' });
  });

  test('a response that was read before a write is not stored in Valkey, also when Valkey had no entry', async () => {
    const one = replica({ hasMemory: false });
    await one.up();
    const before = await one.shared.startRead('name', 'key', true);
    await one.shared.invalidate('name');
    await before.store(Buffer.from('before'), 0, 60_000);
    const after = await one.shared.startRead('name', 'key', true);
    expect(after.found).toBeUndefined();
    await before.store(Buffer.from('before'), 0, 60_000);
    await after.store(Buffer.from('after'), 0, 60_000);
    await before.store(Buffer.from('before'), 0, 60_000);
    expect((await one.shared.startRead('name', 'key', true)).found?.bytes).toEqual(Buffer.from('after'));
  });

  test('the replica that wrote caches what it reads afterwards, because it ignores its own messages', async () => {
    const [one, other] = [replica(), replica()];
    await Promise.all([one.up(), other.up()]);
    const told = one.forget(tag);
    const after = pending();
    const read = one.read(after.says);
    await told;
    await after.begun;
    await other.read('bystander', { key: 'alice y', tag: 'y' });
    await one.read('bystander', { key: 'alice y', tag: 'y' });
    await other.forget('y');
    await expect.poll(() => one.remembers('alice y')).toBe(false); // This message follows the replica's own.
    after.resolve('after');
    await read;
    expect(await one.read('another')).toMatchObject({ value: 'after', origin: 'cache' });
  });
});

test('a response that was requested earlier does not replace one that was requested later', async () => {
  const { shared, up } = replica();
  await up();
  const [early, late] = await Promise.all([
    shared.startRead('name', 'key', true),
    shared.startRead('name', 'key', true),
  ]);
  await late.store(Buffer.from('late'), 0, 60_000);
  await early.store(Buffer.from('early'), 5_000, 60_000);
  expect((await shared.startRead('name', 'key', true)).found?.bytes).toEqual(Buffer.from('late'));
  expect((await shared.startRead('name', 'key', false)).found).toBeUndefined();
});

test('a large response is not stored, and the number of responses about one contact is limited', async () => {
  const { shared, up } = replica();
  await up();
  const reading = await shared.startRead('name', 'key', true);
  await reading.store(Buffer.alloc(256 * 1024 + 1), 0, 60_000);
  expect(await fields()).toHaveLength(0);
  await reading.store(Buffer.alloc(256 * 1024), 0, 60_000);
  expect(await fields()).toHaveLength(1);
  for (let i = 0; i < 300; i += 1) {
    await (await shared.startRead('name', `key ${i}`, true)).store(Buffer.from('x'), 0, 60_000);
    if (i % 50 === 0) expect((await fields()).length).toBeLessThanOrEqual(128);
  }
  expect((await shared.startRead('name', 'key 299', true)).found).toBeDefined();
});

describe('a Valkey server that fails does not break reads', () => {
  test('a server that is down is an empty cache, memory is not used meanwhile, and caching resumes when it is back', async () => {
    const [one, other] = [replica(), replica()];
    await Promise.all([one.up(), other.up()]);
    await one.read('before');
    expect(await one.read('another')).toMatchObject({ origin: 'cache' });
    await redis.kill();
    await expect.poll(one.shared.isListening).toBe(false);
    expect(await one.read('during')).toMatchObject({ value: 'during', origin: 'upstream' });
    expect(await one.read('during 2')).toMatchObject({ value: 'during 2', origin: 'upstream' });
    const late = pending();
    const read = one.read(late.says);
    await late.begun;
    await redis.restart();
    await one.up();
    // A read that began without the subscription is neither joined nor cached, and earlier entries are dropped.
    expect(await one.read('after')).toMatchObject({ value: 'after', origin: 'upstream' });
    late.resolve('during 3');
    await read;
    expect(await one.read('another')).toMatchObject({ value: 'after', origin: 'cache' });
    expect(outages.length).toBeLessThanOrEqual(4); // One report for each connection of each replica.
  });

  test('a server that comes back receives the invalidations that it missed', async () => {
    const [one, other] = [replica(), replica()];
    await Promise.all([one.up(), other.up()]);
    await other.read('before');
    await kept().toBe(1);
    await redis.call('CONFIG', 'SET', 'maxclients', 1); // No replica can connect again while this limit is set.
    await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await one.forget(tag);
    expect(await fields()).toHaveLength(1);
    await redis.call('CONFIG', 'SET', 'maxclients', 1_000);
    await kept().toBe(0);
    await Promise.all([one.up(), other.up()]);
    expect(await other.read('after')).toMatchObject({ value: 'after', origin: 'upstream' });
  });

  test('a server that hangs counts as down, and the subscription is renewed over another connection', async () => {
    const one = replica();
    await one.up();
    const listeners = async () => String(await redis.call('CLIENT', 'LIST', 'TYPE', 'pubsub')).match(/\bid=\d+/g);
    const before = await listeners();
    expect(before).toHaveLength(1);
    redis.pause();
    await expect.poll(one.shared.isListening, { timeout: 5_000 }).toBe(false);
    expect(await one.read('answer')).toMatchObject({ origin: 'upstream' });
    redis.resume();
    await one.up();
    expect(await listeners()).not.toContain(before?.[0]);
  });

  test('a server that was restarted from a snapshot has no valid responses', async () => {
    const one = replica({ hasMemory: false });
    await one.up();
    await one.read('before');
    await kept().toBe(1);
    await redis.call('SAVE');
    await redis.kill();
    await redis.restart();
    expect(await fields()).toHaveLength(1);
    await one.up();
    await expect.poll(() => one.valkey.run("return 'up'", 'any', [], String)).toBe('up');
    expect(await one.read('after')).toMatchObject({ value: 'after', origin: 'upstream' });
    await redis.call('FLUSHALL');
    await redis.call('SAVE');
  });

  test.each([
    ['an empty text', ''],
    ['a text without a time', 'nonsense'],
    ['a response that is not encrypted', `${Date.now() - 1_000}:answer`],
    ['a time without a response', `${Date.now() - 1_000}:`],
    ['a time in the future', `${Date.now() + 1_000_000}:answer`],
    ['a very large time', `${'9'.repeat(400)}:answer`],
  ])('an entry with %s counts as absent and is replaced', async (_, text) => {
    const one = replica({ hasMemory: false });
    await one.up();
    await one.read('answer');
    await kept().toBe(1);
    await redis.call('HSET', (await hashes())[0] ?? '', (await fields())[0] ?? '', text);
    expect(await one.read('anew')).toMatchObject({ value: 'anew', origin: 'upstream' });
    await expect.poll(async () => (await one.read('another')).value).toBe('anew');
  });

  test('a response with a time in the future, because the clock of the server went back, is not served', async () => {
    const one = replica({ hasMemory: false });
    await one.up();
    await one.read('answer');
    await kept().toBe(1);
    await aged((await hashes())[0] ?? '', one.shared.hashTag(`alice ${tag}`), -1_000_000);
    expect(await one.read('anew')).toMatchObject({ value: 'anew', origin: 'upstream' });
  });

  test('a response that was encrypted for another read or another contact, or with another key, is not served', async () => {
    const one = replica({ hasMemory: false });
    await one.up();
    await one.read('of bob', { key: 'bob' });
    await one.read('of alice', { key: 'alice' });
    await kept().toBe(2);
    const [hash = ''] = await hashes();
    const [bob, alice] = ['bob', 'alice'].map(one.shared.hashTag);
    const copy = "redis.call('HSET', KEYS[1], ARGV[2], redis.call('HGET', KEYS[1], ARGV[1]))";
    await redis.call('EVAL', copy, 1, hash, String(bob), String(alice));
    expect(await one.read('anew', { key: 'alice' })).toMatchObject({ value: 'anew', origin: 'upstream' });
    await one.shared.startRead(one.shared.hashTag('other'), 'alice', true);
    const [other = ''] = (await hashes()).filter((name) => name !== hash);
    await redis.call('DEL', other);
    await redis.call('COPY', hash, other);
    const foreign = await one.shared.startRead(one.shared.hashTag('other'), 'bob', true);
    expect(foreign.found).toBeUndefined();
    const stranger = replica({ hasMemory: false, sealedWith: createAead([randomBytes(32)], 'cache') });
    await stranger.up();
    expect(await stranger.read('own', { key: 'bob' })).toMatchObject({ value: 'own', origin: 'upstream' });
  });

  test('a response that cannot be decoded is not served', async () => {
    const one = replica({ hasMemory: false });
    await one.up();
    await one.read('answer');
    await kept().toBe(1);
    const decode = (_: Buffer, json?: unknown) => {
      if (json === undefined) throw new Error('Another version wrote this.');
      return String(json);
    };
    expect(await one.read('anew', { decode })).toMatchObject({ value: 'anew', origin: 'upstream' });
  });

  test('a server with a value of another type under the key of a contact is an empty cache', async () => {
    const one = replica({ hasMemory: false });
    await one.up();
    await redis.call('SET', `contactgraph:read:1:${one.shared.hashTag(tag)}`, 'canary');
    expect(await one.read('answer')).toMatchObject({ origin: 'upstream' });
    expect(outages).toEqual(['WRONGTYPE']);
  });

  test('a message of another form on the invalidation channel is ignored', async () => {
    const one = replica();
    await one.up();
    await one.read('answer');
    for (const text of ['', ' ', 'nonsense', 'a b c', '\0', 'x'.repeat(10_000)]) {
      await redis.call('PUBLISH', 'contactgraph:forget:1', text);
    }
    await redis.call('PUBLISH', 'contactgraph:forget:1', `other-replica ${one.shared.hashTag('other')}`);
    expect(await one.read('another')).toMatchObject({ value: 'answer', origin: 'cache' });
    await redis.call('PUBLISH', 'contactgraph:forget:1', `other-replica ${one.shared.hashTag(tag)}`);
    await expect.poll(() => one.remembers(`alice ${tag}`)).toBe(false);
  });
});

test('a tag whose invalidation Valkey has not confirmed is not read from Valkey', async () => {
  const one = replica({ hasMemory: false, retryMs: 60_000 });
  await one.up();
  await one.read('before');
  await kept().toBe(1);
  await redis.call('CONFIG', 'SET', 'maxclients', 1);
  await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await one.forget(tag);
  await redis.call('CONFIG', 'SET', 'maxclients', 1_000);
  await expect.poll(() => one.valkey.run("return 'up'", 'any', [], String)).toBe('up');
  expect(await one.read('after')).toMatchObject({ value: 'after', origin: 'upstream' });
});

test('invalidations that could not be sent are sent later, up to a limit', async () => {
  const one = replica({ maxUnsentInvalidations: 2, hasMemory: false });
  await one.up();
  for (const name of ['a', 'b', 'c']) {
    await (await one.shared.startRead(name, 'key', true)).store(Buffer.from(name), 0, 60_000);
  }
  await redis.call('CONFIG', 'SET', 'maxclients', 1);
  await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  for (const name of ['a', 'b', 'c']) await one.shared.invalidate(name);
  expect(await hashes()).toHaveLength(3);
  await redis.call('CONFIG', 'SET', 'maxclients', 1_000);
  await expect.poll(hashes).toEqual(['contactgraph:read:1:a']);
});

test('invalidations that could not be sent are not sent after the cache is closed', async () => {
  const [idle, busy] = [replica({ retryMs: 300 }), replica({ retryMs: 300 })];
  await Promise.all([idle.up(), busy.up()]);
  for (const name of ['a', 'b']) {
    await (await idle.shared.startRead(name, 'key', true)).store(Buffer.from(name), 0, 60_000);
  }
  await redis.call('CONFIG', 'SET', 'maxclients', 1);
  await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await busy.shared.invalidate('a'); // This one would be sent again.
  for (const { shared } of [idle, busy]) shared.close();
  await idle.shared.invalidate('b');
  await redis.call('CONFIG', 'SET', 'maxclients', 1_000);
  for (const { valkey } of [idle, busy]) {
    await expect.poll(() => valkey.run("return 'up'", 'any', [], String)).toBe('up');
  }
  await later(600); // This is twice the retry interval.
  expect(await hashes()).toHaveLength(2);
});

test('a cache that does not listen receives nothing and can be closed', () => {
  const valkey = connectValkey(redis.address, () => undefined);
  const shared = createValkeyCache({ valkey, address: redis.address, aead, onOutage: () => undefined });
  expect(shared.isListening()).toBe(false);
  shared.close();
  valkey.close();
});

test.each([
  ['nothing at all', []],
  ['a word', 'nonsense'],
  ['a number', 1],
])(
  'a server that answers %s is an empty cache, stores nothing, and does not confirm invalidations',
  async (_, answer) => {
    let calls = 0;
    const valkey: Valkey = {
      async run(_script, _key, _args, read) {
        calls += 1;
        try {
          return read(answer);
        } catch {
          return undefined;
        }
      },
      close: () => undefined,
    };
    const shared = createValkeyCache({ valkey, address: redis.address, aead, onOutage: () => undefined });
    const reading = await shared.startRead('name', 'key', true);
    expect(reading.found).toBeUndefined();
    await reading.store(Buffer.from('answer'), 0, 60_000);
    expect(calls).toBe(1);
    await shared.invalidate('name');
    expect(calls).toBe(2);
    await shared.startRead('name', 'key', true); // An unconfirmed invalidation prevents a read from Valkey.
    expect(calls).toBe(2);
    shared.close();
  },
);

test('each outage is reported once', async () => {
  let outages = 0;
  const subscription = subscribeToValkey({
    address: redis.address,
    channel: 'any',
    onMessage: () => undefined,
    onUp: () => undefined,
    onOutage() {
      outages += 1;
    },
    beatMs: 50,
  });
  open.push(subscription);
  for (const outage of [1, 2]) {
    await expect.poll(subscription.isUp).toBe(true);
    await redis.kill();
    await expect.poll(() => outages).toBe(outage);
    await later(200); // This is several heartbeats.
    expect(outages).toBe(outage);
    await redis.restart();
  }
});
