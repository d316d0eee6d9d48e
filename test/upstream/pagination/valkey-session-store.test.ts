import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAead } from '../../../src/crypto/aead.ts';
import type { ScrollSessionStore } from '../../../src/upstream/pagination/session-store.ts';
import { createValkeyScrollSessionStore } from '../../../src/upstream/pagination/valkey-session-store.ts';
import { connectValkey } from '../../../src/valkey/connection.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { makeScrollSession, waitForScrollSessionStore } from '../../support/scroll-session.ts';

const key = 'org/session';
const hash = `contactgraph:scroll-session:5:${key}`;
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
  await waitForScrollSessionStore(store);
  await store.save(key, makeScrollSession(), [page]);
  outages = [];
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** Calls every function of a store, and returns the results. `nothing` are the results of a store without data. */
async function answers(of: ScrollSessionStore) {
  await of.save(key, makeScrollSession(), [page]);
  return [await of.load(key), await of.page(key, 0), await of.acquireLease(key, makeScrollSession())];
}
const nothing = [undefined, undefined, 'lost'];

test('replicas share the same scroll sessions, and only one of them gets the lease', async () => {
  const other = connect();
  await waitForScrollSessionStore(other);
  expect([await other.load(key), await other.page(key, 0)]).toEqual([makeScrollSession(), page.body]);
  const leases = await Promise.all([
    store.acquireLease(key, makeScrollSession()),
    other.acquireLease(key, makeScrollSession()),
  ]);
  expect(leases.filter((lease) => lease === 'busy')).toHaveLength(1);
});

test.each([
  ['it was saved', () => store.save(key, makeScrollSession(), [])],
  ['it was loaded', () => store.load(key)],
  ['one of its pages was loaded', () => store.page(key, 0)],
  ['its lease was acquired', () => store.acquireLease(key, makeScrollSession())],
])('a scroll session expires ten minutes after %s', async (_, use) => {
  await redis.call('PEXPIRE', hash, 50_000);
  await use();
  const left = Number(await redis.call('PTTL', hash));
  expect(left).toBeGreaterThan(500_000);
  expect(left).toBeLessThanOrEqual(600_000);
});

test('the lease of a reader that does not return expires, and the session is then lost, because the sid may be used up', async () => {
  await store.acquireLease(key, makeScrollSession());
  expect(await store.acquireLease(key, makeScrollSession())).toBe('busy');
  await redis.call('HSET', hash, 'leaseUntil', 1);
  expect(await store.acquireLease(key, makeScrollSession())).toBe('lost');
});

test('a server that was restarted from a snapshot returns rows, but grants no lease for its outdated sids', async () => {
  await redis.call('SAVE');
  await store.acquireLease(key, makeScrollSession());
  await store.save(key, makeScrollSession({ sid: 'sid-2', end: 4 }), []);
  await redis.kill();
  await redis.restart();
  await waitForScrollSessionStore(store);
  expect([await store.load(key), await store.page(key, 0)]).toEqual([makeScrollSession(), page.body]);
  expect(await store.acquireLease(key, makeScrollSession())).toBe('lost');
  await redis.call('FLUSHALL');
  await redis.call('SAVE');
});

describe('a Valkey server that fails is a store without sessions', () => {
  test('a server that is down is an empty store, is reported once, and is used again when it is back', async () => {
    await redis.kill();
    expect(await answers(store)).toEqual(nothing);
    expect(await answers(store)).toEqual(nothing);
    expect(outages).toHaveLength(1);
    await redis.restart();
    await waitForScrollSessionStore(store);
    expect(await store.load(key)).toBeUndefined();
    await store.save(key, makeScrollSession(), [page]);
    expect(await store.load(key)).toEqual(makeScrollSession());
    await redis.kill();
    expect(await answers(store)).toEqual(nothing);
    expect(outages).toHaveLength(2);
    await redis.restart();
  });

  test('calls that are pending when the server is killed return nothing', async () => {
    redis.pause();
    const pending = Promise.all([store.load(key), store.page(key, 0), store.acquireLease(key, makeScrollSession())]);
    await redis.kill();
    expect(await pending).toEqual(nothing);
    await redis.restart();
  });

  test('a server that hangs is not waited for and gets no further calls', async () => {
    await redis.call('CONFIG', 'RESETSTAT');
    redis.pause();
    for (let times = 0; times < 3; times += 1) expect(await answers(store)).toEqual(nothing);
    expect(outages).toEqual(['TIMEOUT']);
    redis.resume();
    await waitForScrollSessionStore(store);
    expect(outages).toEqual(['TIMEOUT']);
    const { eval: texts, evalsha: hashes } = await redis.scriptCalls();
    expect(texts + hashes).toBe(3); // These are the first call and the two calls that found that the server is back.
  });

  test('a save that fails because the server is down is not repeated, because the sid may be used up by then', async () => {
    redis.pause();
    const saved = store.save(key, makeScrollSession(), [page]);
    await redis.kill();
    await saved;
    await redis.restart();
    await waitForScrollSessionStore(store);
    expect(await store.load(key)).toBeUndefined();
  });

  test('a lease that the server grants after its caller timed out is not granted again', async () => {
    redis.pause();
    expect(await store.acquireLease(key, makeScrollSession())).toBe('lost');
    redis.resume();
    await waitForScrollSessionStore(store);
    expect(await store.acquireLease(key, makeScrollSession())).toBe('busy');
  });

  test.each(['', 'nonsense', 'null', '{}', JSON.stringify(makeScrollSession()), 'x'.repeat(100)])(
    'a session with the stored text %j is not returned',
    async (text) => {
      await redis.call('HSET', hash, 'session', text);
      expect(await store.load(key)).toBeUndefined();
      expect(outages).toEqual(['BAD_ANSWER']);
    },
  );

  test.each(['', 'nonsense', 'null', String(page.body), 'x'.repeat(100)])(
    'a page with the stored text %j is not returned',
    async (text) => {
      await redis.call('HSET', hash, 'page:0', text);
      expect(await store.page(key, 0)).toBeUndefined();
      expect(outages).toEqual(['BAD_ANSWER']);
    },
  );

  test('a value of another type under the key of a session counts as no session', async () => {
    await redis.call('SET', hash, 'canary');
    expect(await answers(store)).toEqual(nothing);
    expect(outages).toEqual(['WRONGTYPE']);
    await redis.call('DEL', hash);
  });

  test('a server without free memory keeps an existing session unchanged', async () => {
    await redis.call('CONFIG', 'SET', 'maxmemory', 1);
    await store.save(key, makeScrollSession({ sid: 'sid-2', end: 4 }), []);
    expect(await store.load(key)).toEqual(makeScrollSession());
    expect(await store.acquireLease(key, makeScrollSession())).toBe('lost');
    expect(outages[0]).toBe('OOM');
    await redis.call('CONFIG', 'SET', 'maxmemory', 0);
  });
});
