import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Aead, createAead } from '../../../src/crypto/aead.ts';
import type { ScrollSessionStore } from '../../../src/upstream/pagination/session-store.ts';
import { createValkeyScrollSessionStore } from '../../../src/upstream/pagination/valkey-session-store.ts';
import { connectValkey } from '../../../src/valkey/connection.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { makeScrollSession, waitForScrollSessionStore } from '../../support/scroll-session.ts';

const [key, other] = ['org/session', 'org/other'];
const hashOf = (name: string) => `contactgraph:scroll-session:5:${name}`;
const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
const row = { cid: 'canary-cid', firstName: 'canary-name', email: 'canary@example.com' };
const page = { from: 0, body: Buffer.from(JSON.stringify({ customers: [row], sid: 'canary-sid' })) };
const session = makeScrollSession({ sid: 'canary-sid', lastPageFirstId: 'canary-cid' });

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
  await waitForScrollSessionStore(store);
  outages = []; // Outages from before the connection do not count.
  return store;
}
let store: ScrollSessionStore;
beforeEach(async () => {
  await redis.call('FLUSHALL');
  store = await connect(createAead([oldKey], 'scroll-session'));
  for (const name of [key, other]) await store.save(name, session, [page]);
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** Copies a stored value to another field, byte by byte. */
async function move(from: [hash: string, field: string], to: [hash: string, field: string]): Promise<void> {
  const script = "return redis.call('HSET', KEYS[2], ARGV[2], redis.call('HGET', KEYS[1], ARGV[1]))";
  await redis.call('EVAL', script, 2, from[0], to[0], from[1], to[1]);
}

test('the Valkey server holds no plain text of a scroll session', async () => {
  await store.acquireLease(key, session);
  const dump: string[] = [];
  for (const name of (await redis.call('KEYS', '*')) as string[]) {
    dump.push(name, ...((await redis.call('HGETALL', name)) as string[]));
  }
  expect(dump).toEqual(expect.arrayContaining([hashOf(key), 'session', 'page:0', 'nextRank', 'leaseHolder']));
  for (const text of dump) expect(text).not.toMatch(/canary|customers|"sid"|starts/);
  expect([await store.load(key), await store.page(key, 0)]).toEqual([session, page.body]);
});

test('the same scroll session is stored as different bytes each time', async () => {
  const kept = async (field: string) =>
    Promise.all([key, other].map((name) => redis.call('HGET', hashOf(name), field)));
  for (const field of ['session', 'page:0']) expect(new Set(await kept(field)).size).toBe(2);
  const before = await kept('page:0');
  await store.save(key, session, [page]);
  expect((await kept('page:0'))[0]).not.toBe(before[0]);
});

describe('a value that was moved or encrypted with another key is not returned, and is reported once', () => {
  afterEach(() => expect(outages).toEqual(['BAD_ANSWER']));

  test('a page and a session that were copied to the key of another session are not returned', async () => {
    await move([hashOf(key), 'page:0'], [hashOf(other), 'page:0']);
    await move([hashOf(key), 'session'], [hashOf(other), 'session']);
    expect([await store.page(other, 0), await store.load(other), await store.page(other, 0)]).toEqual(none(3));
  });

  test('a page that was copied to another rank is not returned', async () => {
    await store.save(key, makeScrollSession({ pageStarts: [0, 2] }), [
      page,
      { from: 2, body: Buffer.from('another page') },
    ]);
    await move([hashOf(key), 'page:0'], [hashOf(key), 'page:2']);
    expect([await store.page(key, 2), await store.page(key, 2)]).toEqual(none(2));
  });

  test('a page in the field of a session and a session in the field of a page are not returned', async () => {
    await move([hashOf(key), 'page:0'], [hashOf(key), 'session']);
    await move([hashOf(other), 'session'], [hashOf(other), 'page:0']);
    expect([await store.load(key), await store.page(other, 0)]).toEqual(none(2));
  });

  test('values that were encrypted with another key are not returned', async () => {
    const foreign = await connect(createAead([newKey], 'scroll-session'));
    expect([await foreign.load(key), await foreign.page(key, 0), await foreign.load(key)]).toEqual(none(3));
  });
});

test('a page that was copied is still returned from its original field', async () => {
  await move([hashOf(key), 'page:0'], [hashOf(other), 'page:0']);
  await store.page(other, 0);
  expect([await store.load(key), await store.page(key, 0)]).toEqual([session, page.body]);
});

test('a replica with a new key and the old one decrypts what was encrypted with either', async () => {
  const next = await connect(createAead([newKey, oldKey], 'scroll-session'));
  expect([await next.load(key), await next.page(key, 0)]).toEqual([session, page.body]);
  await next.save(other, session, [page]);
  expect([await next.load(other), await store.load(other)]).toEqual([session, undefined]);
});

function none(count: number): undefined[] {
  return Array(count).fill(undefined);
}
