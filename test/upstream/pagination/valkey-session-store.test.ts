import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAead } from '../../../src/crypto/aead.ts';
import type { ScrollSessionStore } from '../../../src/upstream/pagination/session-store.ts';
import { createValkeyScrollSessionStore } from '../../../src/upstream/pagination/valkey-session-store.ts';
import { connectValkey } from '../../../src/valkey/connection.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { makeWalk, untilItKeeps } from '../../support/scroll-session.ts';

const key = 'org/walk';
const hash = `contactgraph:scroll-session:3:${key}`;
const page = { from: 0, body: Buffer.from('{"customers":[{"cid":"a"},{"cid":"b"}]}') };

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

const seal = createAead([randomBytes(32)], 'scroll-session');
const open: ScrollSessionStore[] = [];
let outages: string[] = [];
function connect(address = redis.address): ScrollSessionStore {
  const store = createValkeyScrollSessionStore(
    connectValkey(address, (reason) => outages.push(reason)),
    seal,
  );
  open.push(store);
  return store;
}
let store: ScrollSessionStore;
beforeEach(async () => {
  store = connect();
  await untilItKeeps(store);
  await store.save(key, makeWalk(), [page]);
  outages = [];
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** All that a store can be asked, and what it answers when it has nothing. */
async function answers(of: ScrollSessionStore) {
  await of.save(key, makeWalk(), [page]);
  return [await of.load(key), await of.page(key, 0), await of.acquireLease(key, makeWalk())];
}
const nothing = [undefined, undefined, 'lost'];

test('replicas see the same walks, and only one of them reads on', async () => {
  const other = connect();
  await untilItKeeps(other);
  expect([await other.load(key), await other.page(key, 0)]).toEqual([makeWalk(), page.body]);
  const claims = await Promise.all([store.acquireLease(key, makeWalk()), other.acquireLease(key, makeWalk())]);
  expect(claims.filter((claim) => claim === 'busy')).toHaveLength(1);
});

test.each([
  ['being saved', () => store.save(key, makeWalk(), [])],
  ['being asked for', () => store.load(key)],
  ['a page of it being asked for', () => store.page(key, 0)],
  ['being claimed', () => store.acquireLease(key, makeWalk())],
])('a walk is kept for ten minutes after %s', async (_, use) => {
  await redis.call('PEXPIRE', hash, 50_000);
  await use();
  const left = Number(await redis.call('PTTL', hash));
  expect(left).toBeGreaterThan(500_000);
  expect(left).toBeLessThanOrEqual(600_000);
});

test('a reader that does not come back is not waited for much longer, and what it may have read is not skipped', async () => {
  await store.acquireLease(key, makeWalk());
  expect(await store.acquireLease(key, makeWalk())).toBe('busy');
  await redis.call('HSET', hash, 'leaseUntil', 1);
  expect(await store.acquireLease(key, makeWalk())).toBe('lost');
});

test('a server that was restarted from a snapshot gives rows, but nobody reads on with its sids', async () => {
  await redis.call('SAVE');
  await store.acquireLease(key, makeWalk());
  await store.save(key, makeWalk({ sid: 'sid-2', end: 4 }), []);
  await redis.kill();
  await redis.restart();
  await untilItKeeps(store);
  expect([await store.load(key), await store.page(key, 0)]).toEqual([makeWalk(), page.body]);
  expect(await store.acquireLease(key, makeWalk())).toBe('lost');
  await redis.call('FLUSHALL');
  await redis.call('SAVE');
});

describe('a server that', () => {
  test('was killed is one without walks; it is told once, and used again when it is back', async () => {
    await redis.kill();
    expect(await answers(store)).toEqual(nothing);
    expect(await answers(store)).toEqual(nothing);
    expect(outages).toHaveLength(1);
    await redis.restart();
    await untilItKeeps(store);
    expect(await store.load(key)).toBeUndefined();
    await store.save(key, makeWalk(), [page]);
    expect(await store.load(key)).toEqual(makeWalk());
    await redis.kill();
    expect(await answers(store)).toEqual(nothing);
    expect(outages).toHaveLength(2);
    await redis.restart();
  });

  test('is killed while it is asked answers nothing', async () => {
    redis.pause();
    const asked = Promise.all([store.load(key), store.page(key, 0), store.acquireLease(key, makeWalk())]);
    await redis.kill();
    expect(await asked).toEqual(nothing);
    await redis.restart();
  });

  test('is slow is not waited for, nor is it given more to do', async () => {
    await redis.call('CONFIG', 'RESETSTAT');
    redis.pause();
    for (let times = 0; times < 3; times += 1) expect(await answers(store)).toEqual(nothing);
    expect(outages).toEqual(['TIMEOUT']);
    redis.resume();
    await untilItKeeps(store);
    expect(outages).toEqual(['TIMEOUT']);
    const { eval: texts, evalsha: hashes } = await redis.scriptCalls();
    expect(texts + hashes).toBe(3); // the first call, and two that saw that the server is back
  });

  test('was lost while it was told to keep a walk is not told again: the sid may be used up by then', async () => {
    redis.pause();
    const saved = store.save(key, makeWalk(), [page]);
    await redis.kill();
    await saved;
    await redis.restart();
    await untilItKeeps(store);
    expect(await store.load(key)).toBeUndefined();
  });

  test('executes a claim when nobody waits for it any more has used it up', async () => {
    redis.pause();
    expect(await store.acquireLease(key, makeWalk())).toBe('lost');
    redis.resume();
    await untilItKeeps(store);
    expect(await store.acquireLease(key, makeWalk())).toBe('busy');
  });

  test.each(['', 'nonsense', 'null', '{}', JSON.stringify(makeWalk()), 'x'.repeat(100)])(
    'has %j for a walk has none',
    async (text) => {
      await redis.call('HSET', hash, 'session', text);
      expect(await store.load(key)).toBeUndefined();
      expect(outages).toEqual(['BAD_ANSWER']);
    },
  );

  test.each(['', 'nonsense', 'null', String(page.body), 'x'.repeat(100)])(
    'has %j for a page has none',
    async (text) => {
      await redis.call('HSET', hash, 'page:0', text);
      expect(await store.page(key, 0)).toBeUndefined();
      expect(outages).toEqual(['BAD_ANSWER']);
    },
  );

  test('has something else under the key of a walk has no walk', async () => {
    await redis.call('SET', hash, 'canary');
    expect(await answers(store)).toEqual(nothing);
    expect(outages).toEqual(['WRONGTYPE']);
    await redis.call('DEL', hash);
  });

  test('is full keeps a walk that it had as it was', async () => {
    await redis.call('CONFIG', 'SET', 'maxmemory', 1);
    await store.save(key, makeWalk({ sid: 'sid-2', end: 4 }), []);
    expect(await store.load(key)).toEqual(makeWalk());
    expect(await store.acquireLease(key, makeWalk())).toBe('lost');
    expect(outages[0]).toBe('OOM');
    await redis.call('CONFIG', 'SET', 'maxmemory', 0);
  });
});
