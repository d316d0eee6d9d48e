import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectValkey } from '../../src/upstream/valkey.ts';
import { createValkeyWalkStore } from '../../src/upstream/valkey-walk-store.ts';
import { type Claim, createLocalWalkStore, type WalkStore } from '../../src/upstream/walk-store.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { makeRows, makeWalk, untilItKeeps } from '../support/walk.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

const stores: [string, () => WalkStore][] = [
  ['in this process', () => createLocalWalkStore(2 ** 20)],
  ['in Valkey', () => createValkeyWalkStore(connectValkey(redis.address, () => undefined))],
];

const first = { from: 0, rows: makeRows('[{"cid":"a"},{"cid":"b"}]') };
const second = { from: 2, rows: makeRows('[{"cid":"c"},{"cid":"d"}]') };
const moved = makeWalk({ sid: 'sid-2', starts: [0, 2], end: 4, left: 3, lastFirst: 'c' });

function granted(claim: Claim): { release(): Promise<void> } {
  if (typeof claim === 'string') throw new Error(`The claim was answered with ${claim}.`);
  return claim;
}

describe.each(stores)('a store %s', (_, create) => {
  let store: WalkStore;
  let key = '';
  let tests = 0;
  beforeAll(async () => {
    store = create();
    await untilItKeeps(store);
  });
  afterAll(() => store.close());

  async function keep(to: WalkStore, name: string, walk = makeWalk()) {
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
    expect(await store.page(key, 0)).toEqual(first.rows);
  });

  it('knows nothing of what it was not given', async () => {
    await keep(store, key);
    expect([await store.load('org/other'), await store.page(key, 1), await store.page('org/other', 0)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(await store.claim('org/other', makeWalk())).toBe('lost');
  });

  it('gives back every value as it came: beyond 2^53, absent, null, and under any key', async () => {
    const rows = makeRows(
      '[{"cid":"a","age":null,"custom":{"big":9007199254740993,"small":-123456789012345678901234567890,"__proto__":{"x":1},' +
        '"constructor":"c","double":1e300,"whole":1.152921504606847e18,"text":"[1234567890123456,\\ud800\\u2028","list":[12345678901234567890]}}]',
    );
    await store.save(key, makeWalk(), [{ from: 0, rows }]);
    const given = await store.page(key, 0);
    expect(given).toStrictEqual(rows);
    expect(Object.keys(given?.[0]?.custom ?? {})).toContain('__proto__');
    expect(Object.keys(given?.[0] ?? {})).toEqual(['cid', 'age', 'custom']);
  });

  it('keeps a walk that has no scroll', async () => {
    const walk = makeWalk({ sid: undefined, left: undefined, hasPrevious: true });
    expect(await keep(store, key, walk)).toEqual(walk);
  });

  it('holds only the pages that the walk still counts', async () => {
    await keep(store, key);
    await store.save(key, makeWalk({ starts: [2], end: 4 }), [{ from: 1, rows: first.rows }, second]);
    expect(await Promise.all([0, 1, 2].map((from) => store.page(key, from)))).toEqual([
      undefined,
      undefined,
      second.rows,
    ]);
  });

  it('lets one of many read on', async () => {
    await keep(store, key);
    const claims = await Promise.all(Array.from({ length: 20 }, () => store.claim(key, makeWalk())));
    expect(claims.filter((claim) => claim === 'busy')).toHaveLength(19);
    expect(await store.load(key)).toEqual(makeWalk());
    expect(await store.page(key, 0)).toEqual(first.rows);
  });

  it('lets the next one read on when the walk was saved, but only from where it is now', async () => {
    await keep(store, key);
    const { release } = granted(await store.claim(key, makeWalk()));
    await store.save(key, moved, [second]);
    expect(await store.claim(key, makeWalk())).toBe('moved');
    granted(await store.claim(key, moved));
    await release(); // too late: it takes nothing away from the next one
    expect(await store.claim(key, moved)).toBe('busy');
  });

  it('lets nobody read on when a reader gave up, for its sid may be used up', async () => {
    await keep(store, key);
    await granted(await store.claim(key, makeWalk())).release();
    expect([await store.claim(key, makeWalk()), await store.claim(key, makeWalk())]).toEqual(['lost', 'lost']);
    expect(await store.page(key, 0)).toEqual(first.rows);
  });

  it('lets nobody read on behind the end', async () => {
    const ended = makeWalk({ sid: undefined, ended: true });
    await keep(store, key, ended);
    expect(await store.claim(key, makeWalk())).toBe('moved');
  });
});

describe('the memory of a store in this process', () => {
  const json = (length: number) => `{"cid":"${'c'.repeat(16)}","firstName":"${'n'.repeat(length)}"}`;
  const pages: [string, (index: number) => string][] = [
    ['short', () => json(20)],
    ['long', () => json(4_000)],
    ['very different', (index) => json(index % 100 === 7 ? 100_000 : 5)],
    ['deep', (index) => `{"cid":"${index}","custom":{"list":["a","b",{"${index % 9}":"${index}"}]}}`],
  ];
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');

  test.each(pages)('is about what it may be, for %s rows', async (_, row) => {
    const maxBytes = 8 * 2 ** 20;
    collect();
    const before = process.memoryUsage().heapUsed;
    const store = createLocalWalkStore(maxBytes);
    for (let saved = 0; saved < 2 * maxBytes; ) {
      const text = `[${Array.from({ length: 500 }, (_, index) => row(index)).join()}]`;
      await store.save(`org/${saved}`, makeWalk(), [{ from: 0, rows: makeRows(text) }]);
      saved += text.length;
    }
    collect();
    const used = process.memoryUsage().heapUsed - before;
    expect(used / maxBytes).toBeGreaterThan(0.5);
    expect(used / maxBytes).toBeLessThan(1.5);
    await store.close();
  });
});
