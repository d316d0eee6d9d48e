import { setTimeout as later } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { hashes, kept, pending, redis, replica, tag } from './support/valkey-replica.ts';

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
