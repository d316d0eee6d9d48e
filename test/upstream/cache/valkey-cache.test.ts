import { expect, test } from 'vitest';
import { NotFound, UpstreamUnavailable } from '../../../src/errors.ts';
import { createValkeyCache } from '../../../src/upstream/cache/valkey-cache.ts';
import { connectValkey, type Valkey } from '../../../src/valkey/connection.ts';
import { aead, aged, fields, hashes, kept, redis, replica, tag } from './support/valkey-replica.ts';

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
