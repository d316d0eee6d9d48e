import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAead } from '../../../src/crypto/aead.ts';
import {
  createLocalScrollSessionStore,
  type LeaseResult,
  type ScrollSessionStore,
} from '../../../src/upstream/pagination/session-store.ts';
import { createValkeyScrollSessionStore } from '../../../src/upstream/pagination/valkey-session-store.ts';
import { connectValkey } from '../../../src/valkey/connection.ts';
import { collectGarbage } from '../../support/collect-garbage.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { makeScrollSession, waitForScrollSessionStore } from '../../support/scroll-session.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

const seal = createAead([randomBytes(32)], 'scroll-session');
const stores: [string, () => ScrollSessionStore][] = [
  ['in this process', () => createLocalScrollSessionStore(2 ** 20)],
  [
    'in Valkey',
    () =>
      createValkeyScrollSessionStore(
        connectValkey(redis.address, () => undefined),
        seal,
      ),
  ],
];

const first = { from: 0, body: Buffer.from('{"customers":[{"cid":"a"},{"cid":"b"}]}') };
const second = { from: 2, body: Buffer.from([0, 0xff, 0x80, 0x0a, 0x0d, 0xc3]) };
const moved = makeScrollSession({
  sid: 'sid-2',
  pageStarts: [0, 2],
  end: 4,
  count: { total: 7, read: 4 },
  lastPageFirstId: 'c',
});

function granted(lease: LeaseResult): { release(): Promise<void> } {
  if (typeof lease === 'string') throw new Error(`The lease was not granted: ${lease}.`);
  return lease;
}

describe.each(stores)('a scroll session store %s holds sessions and pages', (_, create) => {
  let store: ScrollSessionStore;
  let key = '';
  let tests = 0;
  beforeAll(async () => {
    store = create();
    await waitForScrollSessionStore(store);
  });
  afterAll(() => store.close());

  async function keep(to: ScrollSessionStore, name: string, session = makeScrollSession()) {
    await to.save(name, session, [first]);
    return to.load(name);
  }

  const it = (name: string, run: () => Promise<void>) =>
    test(name, async () => {
      tests += 1;
      key = `org/${tests}`;
      await run();
    });

  it('a store returns the session and the page that were saved', async () => {
    expect(await keep(store, key)).toEqual(makeScrollSession());
    expect(await store.page(key, 0)).toEqual(first.body);
  });

  it('a store returns nothing for keys and ranks that were not saved', async () => {
    await keep(store, key);
    expect([await store.load('org/other'), await store.page(key, 1), await store.page('org/other', 0)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(await store.acquireLease('org/other', makeScrollSession())).toBe('lost');
  });

  it('a store holds a session without a sid', async () => {
    const session = makeScrollSession({ sid: undefined, count: undefined, hasPrevious: true });
    expect(await keep(store, key, session)).toEqual(session);
  });

  it('a store holds only the pages that the session lists', async () => {
    await keep(store, key);
    await store.save(key, makeScrollSession({ pageStarts: [2], end: 4 }), [{ from: 1, body: first.body }, second]);
    expect(await Promise.all([0, 1, 2].map((from) => store.page(key, from)))).toEqual([
      undefined,
      undefined,
      second.body,
    ]);
  });

  it('a store grants the lease to one of many concurrent readers', async () => {
    await keep(store, key);
    const leases = await Promise.all(Array.from({ length: 20 }, () => store.acquireLease(key, makeScrollSession())));
    expect(leases.filter((lease) => lease === 'busy')).toHaveLength(19);
    expect(await store.load(key)).toEqual(makeScrollSession());
    expect(await store.page(key, 0)).toEqual(first.body);
  });

  it('a store grants the next lease after the session was saved, and only for its current state', async () => {
    await keep(store, key);
    const { release } = granted(await store.acquireLease(key, makeScrollSession()));
    await store.save(key, moved, [second]);
    expect(await store.acquireLease(key, makeScrollSession())).toBe('moved');
    granted(await store.acquireLease(key, moved));
    await release(); // The release of an old lease has no effect on the next one.
    expect(await store.acquireLease(key, moved)).toBe('busy');
  });

  it('a store grants no lease after a lease was released without a save, because the sid may be used up', async () => {
    await keep(store, key);
    await granted(await store.acquireLease(key, makeScrollSession())).release();
    expect([
      await store.acquireLease(key, makeScrollSession()),
      await store.acquireLease(key, makeScrollSession()),
    ]).toEqual(['lost', 'lost']);
    expect(await store.page(key, 0)).toEqual(first.body);
  });

  it('a store grants no lease for a session that has ended', async () => {
    const ended = makeScrollSession({ sid: undefined, ended: true });
    await keep(store, key, ended);
    expect(await store.acquireLease(key, makeScrollSession())).toBe('moved');
  });
});

describe('a scroll session store in this process is bounded by memory', () => {
  const pages: [string, (index: number) => Buffer][] = [
    ['short', () => Buffer.alloc(100, 'x')],
    ['long', () => Buffer.alloc(100_000, 'x')],
    ['very long', () => Buffer.alloc(1_000_000, 'x')],
    ['very different', (index) => Buffer.alloc(index % 100 === 7 ? 1_000_000 : 1_000, 'x')],
    ['short slices of long', () => Buffer.alloc(100_000, 'x').subarray(0, 100)],
  ];
  async function measure(): Promise<number> {
    for (let times = 0; times < 3; times += 1) {
      collectGarbage();
      await nextTurn(); // The memory of a buffer is released after the buffer.
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  }

  test.each(pages)('the memory of a store is about its limit, for %s bodies', async (_, make) => {
    const maxBytes = 8 * 2 ** 20;
    const before = await measure();
    const store = createLocalScrollSessionStore(maxBytes);
    let saved = 0;
    for (let index = 0; saved < 2 * maxBytes; index += 1) {
      const body = make(index);
      await store.save(`org/${index}`, makeScrollSession(), [{ from: 0, body }]);
      saved += body.length + 1_000;
    }
    const used = (await measure()) - before;
    expect(used / maxBytes).toBeGreaterThan(0.5);
    expect(used / maxBytes).toBeLessThan(1.5);
    await store.close();
  });

  test('a store holds as many short bodies as fit, although they share a buffer', async () => {
    const store = createLocalScrollSessionStore(2 ** 20);
    const keys = Array.from({ length: 400 }, (_, index) => `org/${index}`);
    for (const name of keys)
      await store.save(name, makeScrollSession(), [{ from: 0, body: Buffer.from(`page of ${name}`) }]);
    const held = await Promise.all(keys.map(async (name) => String(await store.page(name, 0))));
    expect(held).toEqual(keys.map((name) => `page of ${name}`));
  });
});
