import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Aead, createAead } from '../../../src/crypto/aead.ts';
import type { ScrollSessionStore } from '../../../src/upstream/pagination/session-store.ts';
import { createValkeyScrollSessionStore } from '../../../src/upstream/pagination/valkey-session-store.ts';
import { connectValkey } from '../../../src/valkey/connection.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { makeWalk, untilItKeeps } from '../../support/scroll-session.ts';

const [key, other] = ['org/walk', 'org/other'];
const hashOf = (name: string) => `contactgraph:scroll-session:3:${name}`;
const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
const row = { cid: 'canary-cid', firstName: 'canary-name', email: 'canary@example.com' };
const page = { from: 0, body: Buffer.from(JSON.stringify({ customers: [row], sid: 'canary-sid' })) };
const walk = makeWalk({ sid: 'canary-sid', lastPageFirstCid: 'canary-cid' });

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

const open: ScrollSessionStore[] = [];
let outages: string[] = [];
async function connect(seal: Aead): Promise<ScrollSessionStore> {
  const store = createValkeyScrollSessionStore(
    connectValkey(redis.address, (reason) => outages.push(reason)),
    seal,
  );
  open.push(store);
  await untilItKeeps(store);
  outages = []; // those from before it was connected
  return store;
}
let store: ScrollSessionStore;
beforeEach(async () => {
  await redis.call('FLUSHALL');
  store = await connect(createAead([oldKey], 'scroll-session'));
  for (const name of [key, other]) await store.save(name, walk, [page]);
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** Puts what is kept in one place into another, byte by byte. */
async function move(from: [hash: string, field: string], to: [hash: string, field: string]): Promise<void> {
  const script = "return redis.call('HSET', KEYS[2], ARGV[2], redis.call('HGET', KEYS[1], ARGV[1]))";
  await redis.call('EVAL', script, 2, from[0], to[0], from[1], to[1]);
}

test('nothing that the server keeps can be read by it', async () => {
  await store.acquireLease(key, walk);
  const dump: string[] = [];
  for (const name of (await redis.call('KEYS', '*')) as string[]) {
    dump.push(name, ...((await redis.call('HGETALL', name)) as string[]));
  }
  expect(dump).toEqual(expect.arrayContaining([hashOf(key), 'session', 'page:0', 'nextRank', 'leaseHolder']));
  for (const text of dump) expect(text).not.toMatch(/canary|customers|"sid"|starts/);
  expect([await store.load(key), await store.page(key, 0)]).toEqual([walk, page.body]);
});

test('the same walk is never kept as the same bytes', async () => {
  const kept = async (field: string) =>
    Promise.all([key, other].map((name) => redis.call('HGET', hashOf(name), field)));
  for (const field of ['session', 'page:0']) expect(new Set(await kept(field)).size).toBe(2);
  const before = await kept('page:0');
  await store.save(key, walk, [page]);
  expect((await kept('page:0'))[0]).not.toBe(before[0]);
});

describe('is not given back, and told once,', () => {
  afterEach(() => expect(outages).toEqual(['BAD_ANSWER']));

  test('what was put under the key of another walk', async () => {
    await move([hashOf(key), 'page:0'], [hashOf(other), 'page:0']);
    await move([hashOf(key), 'session'], [hashOf(other), 'session']);
    expect([await store.page(other, 0), await store.load(other), await store.page(other, 0)]).toEqual(none(3));
  });

  test('a page that was put at another rank', async () => {
    await store.save(key, makeWalk({ pageStarts: [0, 2] }), [page, { from: 2, body: Buffer.from('another page') }]);
    await move([hashOf(key), 'page:0'], [hashOf(key), 'page:2']);
    expect([await store.page(key, 2), await store.page(key, 2)]).toEqual(none(2));
  });

  test('a page that was put in the place of a walk, or the other way round', async () => {
    await move([hashOf(key), 'page:0'], [hashOf(key), 'session']);
    await move([hashOf(other), 'session'], [hashOf(other), 'page:0']);
    expect([await store.load(key), await store.page(other, 0)]).toEqual(none(2));
  });

  test('what was sealed by another key', async () => {
    const stranger = await connect(createAead([newKey], 'scroll-session'));
    expect([await stranger.load(key), await stranger.page(key, 0), await stranger.load(key)]).toEqual(none(3));
  });
});

test('what moved is given back where it was, all the same', async () => {
  await move([hashOf(key), 'page:0'], [hashOf(other), 'page:0']);
  await store.page(other, 0);
  expect([await store.load(key), await store.page(key, 0)]).toEqual([walk, page.body]);
});

test('a replica that has a new key before the old one opens what both have sealed', async () => {
  const next = await connect(createAead([newKey, oldKey], 'scroll-session'));
  expect([await next.load(key), await next.page(key, 0)]).toEqual([walk, page.body]);
  await next.save(other, walk, [page]);
  expect([await next.load(other), await store.load(other)]).toEqual([walk, undefined]);
});

function none(count: number): undefined[] {
  return Array(count).fill(undefined);
}
