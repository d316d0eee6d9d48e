import { randomBytes } from 'node:crypto';
import { setTimeout as later } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createAead } from '../../../src/crypto/aead.ts';
import { subscribeToValkey } from '../../../src/valkey/subscription.ts';
import { aged, fields, hashes, kept, open, outages, pending, redis, replica, tag } from './support/valkey-replica.ts';

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
