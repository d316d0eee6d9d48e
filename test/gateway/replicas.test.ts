import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createAead } from '../../src/crypto/aead.ts';
import { createCursorCipher } from '../../src/crypto/cursor-cipher.ts';
import type { ScrollSessionStore } from '../../src/upstream/pagination/session-store.ts';
import { createValkeyScrollSessionStore } from '../../src/upstream/pagination/valkey-session-store.ts';
import { connectValkey } from '../../src/valkey/connection.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { waitForScrollSessionStore } from '../support/scroll-session.ts';

const aead = createAead([randomBytes(32)], 'scroll-session');
const cursorCipher = createCursorCipher(aead);
const rows = 500;

let redis: RedisServer;
let emulator: Emulator;
beforeAll(async () => {
  redis = await startRedis();
  emulator = await startEmulator({ contacts: rows });
});
afterAll(async () => {
  await emulator.close();
  await redis.close();
});

let stores: ScrollSessionStore[] = [];
let replicas: TestGateway[] = [];
beforeEach(async () => {
  emulator.control.reset();
  stores = [0, 1].map(() =>
    createValkeyScrollSessionStore(
      connectValkey(redis.address, () => undefined),
      aead,
    ),
  );
  await Promise.all(stores.map(waitForScrollSessionStore));
  replicas = await Promise.all(
    stores.map((scrollSessionStore) => startGateway({ shared: { emulator, cursorCipher, scrollSessionStore } })),
  );
});
afterEach(async () => {
  for (const replica of replicas) await replica.close();
  for (const store of stores) await store.close();
});

const byTime = { field: 'CREATED_ABSOLUTE', direction: 'DESC' };

/** A page of one replica, and how many calls it cost. */
async function page(replica: number, after: string | null, orderBy: object | null, first = 100) {
  const calls = emulator.control.counts().contacts;
  const { data, errors } =
    (await replicas[replica % replicas.length]?.query(
      `query ($first: Int, $after: String, $orderBy: ContactOrder) {
        contacts(first: $first, after: $after, orderBy: $orderBy) { nodes { cid } pageInfo { endCursor hasNextPage } }
      }`,
      { first, after, orderBy },
    )) ?? {};
  expect(errors).toEqual([]);
  const cids: string[] = data.contacts.nodes.map(({ cid }: { cid: string }) => cid);
  return { cids, ...data.contacts.pageInfo, calls: emulator.control.counts().contacts - calls };
}

/** Reads the whole list, each page from the next replica, and calls `between` after each page. */
async function readAllPages(orderBy: object | null, between: (pageNumber: number) => unknown = () => undefined) {
  const cids: string[] = [];
  const calls: number[] = [];
  let after: string | null = null;
  for (let pageNumber = 0; pageNumber < rows; pageNumber += 1) {
    const read: Awaited<ReturnType<typeof page>> = await page(pageNumber, after, orderBy);
    cids.push(...read.cids);
    calls.push(read.calls);
    if (!read.hasNextPage) break;
    after = read.endCursor;
    await between(pageNumber);
  }
  return { cids, calls };
}

describe.each([
  ['without an order', null, {}],
  ['in order of creation', byTime, {}],
  ['in order of creation with a new sid for each page', byTime, { sidChanges: true }],
])('paging %s with another replica for every page', (_, orderBy, scrolls) => {
  beforeEach(() => emulator.control.scrolls(scrolls));

  test('paging over two replicas costs one call per page and one that shows the end, and returns every row once', async () => {
    const { cids, calls } = await readAllPages(orderBy);
    expect(calls).toEqual([...Array(4).fill(1), 2]);
    expect(cids.length).toBe(rows);
    expect(new Set(cids).size).toBe(rows);
  });

  test.each([
    ['dies', () => redis.kill()],
    ['hangs', async () => redis.pause()],
  ])('paging over two replicas returns every row once when Valkey %s between two pages', async (_how, fail) => {
    const { cids } = await readAllPages(orderBy, (pageNumber) => pageNumber === 1 && fail());
    expect(cids.length).toBe(rows);
    expect(new Set(cids).size).toBe(rows);
    await redis.kill();
    await redis.restart();
  });

  test('paging over two replicas returns every row when the page of one replica is not saved', async () => {
    const { cids } = await readAllPages(orderBy, (pageNumber) => {
      // The scroll is one page further than the stored scroll session, and its sid is still valid.
      const store = stores[(pageNumber + 1) % 2];
      if (store !== undefined) Object.assign(store, { save: async () => undefined });
    });
    expect(cids.length).toBe(rows);
    expect(new Set(cids).size).toBe(rows);
  });
});

test('a page that one replica has read costs no call at the other replica', async () => {
  const { endCursor } = await page(0, null, null);
  const there = await page(0, endCursor, null);
  const again = await page(1, endCursor, null);
  expect(again.cids).toEqual(there.cids);
  expect([there.calls, again.calls]).toEqual([1, 0]);
});

test('two replicas that get concurrent requests for the same page read the scroll once', async () => {
  const { endCursor } = await page(0, null, byTime);
  emulator.control.latency(100);
  const before = emulator.control.counts().contacts;
  const [one, other] = await Promise.all([page(0, endCursor, byTime), page(1, endCursor, byTime)]);
  expect(other.cids).toEqual(one.cids);
  expect(emulator.control.counts().contacts - before).toBe(1);
});
