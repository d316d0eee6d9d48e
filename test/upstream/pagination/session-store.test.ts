import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAead } from '../../../src/crypto/aead.ts';
import {
  createLocalScrollSessionStore,
  type LeaseResult,
  type ScrollSessionStore,
} from '../../../src/upstream/pagination/session-store.ts';
import { createValkeyScrollSessionStore } from '../../../src/upstream/pagination/valkey-session-store.ts';
import { connectValkey } from '../../../src/valkey/connection.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { makeWalk, untilItKeeps } from '../../support/scroll-session.ts';

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
const moved = makeWalk({ sid: 'sid-2', pageStarts: [0, 2], end: 4, remaining: 3, lastPageFirstCid: 'c' });

function granted(claim: LeaseResult): { release(): Promise<void> } {
  if (typeof claim === 'string') throw new Error(`The claim was answered with ${claim}.`);
  return claim;
}

describe.each(stores)('a store %s', (_, create) => {
  let store: ScrollSessionStore;
  let key = '';
  let tests = 0;
  beforeAll(async () => {
    store = create();
    await untilItKeeps(store);
  });
  afterAll(() => store.close());

  async function keep(to: ScrollSessionStore, name: string, walk = makeWalk()) {
    await to.save(name, walk, [first]);
    return to.load(name);
  }

  const it = (name: string, run: () => Promise<void>) =>
    test(name, async () => {
      tests += 1;
      key = `org/${tests}`;
      await run();
    });

  it('gives back what it was given', async () => {
    expect(await keep(store, key)).toEqual(makeWalk());
    expect(await store.page(key, 0)).toEqual(first.body);
  });

  it('knows nothing of what it was not given', async () => {
    await keep(store, key);
    expect([await store.load('org/other'), await store.page(key, 1), await store.page('org/other', 0)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(await store.acquireLease('org/other', makeWalk())).toBe('lost');
  });

  it('keeps a walk that has no scroll', async () => {
    const walk = makeWalk({ sid: undefined, remaining: undefined, hasPrevious: true });
    expect(await keep(store, key, walk)).toEqual(walk);
  });

  it('holds only the pages that the walk still counts', async () => {
    await keep(store, key);
    await store.save(key, makeWalk({ pageStarts: [2], end: 4 }), [{ from: 1, body: first.body }, second]);
    expect(await Promise.all([0, 1, 2].map((from) => store.page(key, from)))).toEqual([
      undefined,
      undefined,
      second.body,
    ]);
  });

  it('lets one of many read on', async () => {
    await keep(store, key);
    const claims = await Promise.all(Array.from({ length: 20 }, () => store.acquireLease(key, makeWalk())));
    expect(claims.filter((claim) => claim === 'busy')).toHaveLength(19);
    expect(await store.load(key)).toEqual(makeWalk());
    expect(await store.page(key, 0)).toEqual(first.body);
  });

  it('lets the next one read on when the walk was saved, but only from where it is now', async () => {
    await keep(store, key);
    const { release } = granted(await store.acquireLease(key, makeWalk()));
    await store.save(key, moved, [second]);
    expect(await store.acquireLease(key, makeWalk())).toBe('moved');
    granted(await store.acquireLease(key, moved));
    await release(); // too late: it takes nothing away from the next one
    expect(await store.acquireLease(key, moved)).toBe('busy');
  });

  it('lets nobody read on when a reader gave up, for its sid may be used up', async () => {
    await keep(store, key);
    await granted(await store.acquireLease(key, makeWalk())).release();
    expect([await store.acquireLease(key, makeWalk()), await store.acquireLease(key, makeWalk())]).toEqual([
      'lost',
      'lost',
    ]);
    expect(await store.page(key, 0)).toEqual(first.body);
  });

  it('lets nobody read on behind the end', async () => {
    const ended = makeWalk({ sid: undefined, ended: true });
    await keep(store, key, ended);
    expect(await store.acquireLease(key, makeWalk())).toBe('moved');
  });
});

describe('the memory of a store in this process', () => {
  const pages: [string, (index: number) => Buffer][] = [
    ['short', () => Buffer.alloc(100, 'x')],
    ['long', () => Buffer.alloc(100_000, 'x')],
    ['very long', () => Buffer.alloc(1_000_000, 'x')],
    ['very different', (index) => Buffer.alloc(index % 100 === 7 ? 1_000_000 : 1_000, 'x')],
    ['short parts of long', () => Buffer.alloc(100_000, 'x').subarray(0, 100)],
  ];
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  async function measure(): Promise<number> {
    for (let times = 0; times < 3; times += 1) {
      collect();
      await nextTurn(); // what is behind a buffer goes after it
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  }

  test.each(pages)('is about what it may be, for %s bodies', async (_, make) => {
    const maxBytes = 8 * 2 ** 20;
    const before = await measure();
    const store = createLocalScrollSessionStore(maxBytes);
    let saved = 0;
    for (let index = 0; saved < 2 * maxBytes; index += 1) {
      const body = make(index);
      await store.save(`org/${index}`, makeWalk(), [{ from: 0, body }]);
      saved += body.length + 1_000;
    }
    const used = (await measure()) - before;
    expect(used / maxBytes).toBeGreaterThan(0.5);
    expect(used / maxBytes).toBeLessThan(1.5);
    await store.close();
  });

  test('holds as many short bodies as fit, although they share a buffer', async () => {
    const store = createLocalScrollSessionStore(2 ** 20);
    const keys = Array.from({ length: 400 }, (_, index) => `org/${index}`);
    for (const name of keys) await store.save(name, makeWalk(), [{ from: 0, body: Buffer.from(`page of ${name}`) }]);
    const held = await Promise.all(keys.map(async (name) => String(await store.page(name, 0))));
    expect(held).toEqual(keys.map((name) => `page of ${name}`));
  });
});
