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
import { untilItKeeps } from '../support/scroll-session.ts';

const seal = createAead([randomBytes(32)], 'scroll-session');
const cursors = createCursorCipher(seal);
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
      seal,
    ),
  );
  await Promise.all(stores.map(untilItKeeps));
  replicas = await Promise.all(stores.map((walks) => startGateway({ shared: { emulator, cursors, walks } })));
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

/** Reads the whole list, every page from the next replica; `between` happens after each page. */
async function walk(orderBy: object | null, between: (turn: number) => unknown = () => undefined) {
  const cids: string[] = [];
  const calls: number[] = [];
  let after: string | null = null;
  for (let turn = 0; turn < rows; turn += 1) {
    const read: Awaited<ReturnType<typeof page>> = await page(turn, after, orderBy);
    cids.push(...read.cids);
    calls.push(read.calls);
    if (!read.hasNextPage) break;
    after = read.endCursor;
    await between(turn);
  }
  return { cids, calls };
}

describe.each([
  ['in no order', null, {}],
  ['by time', byTime, {}],
  ['by time, with another sid each time', byTime, { sidChanges: true }],
])('a walk %s that changes the replica on every page', (_, orderBy, scrolls) => {
  beforeEach(() => emulator.control.scrolls(scrolls));

  test('costs one call per page and meets every row once', async () => {
    const { cids, calls } = await walk(orderBy);
    expect(calls).toEqual(Array(5).fill(1));
    expect(cids.length).toBe(rows);
    expect(new Set(cids).size).toBe(rows);
  });

  test.each([
    ['dies', () => redis.kill()],
    ['hangs', async () => redis.pause()],
  ])('meets every row once when Valkey %s on the way', async (_how, fail) => {
    const { cids } = await walk(orderBy, (turn) => turn === 1 && fail());
    expect(cids.length).toBe(rows);
    expect(new Set(cids).size).toBe(rows);
    await redis.kill();
    await redis.restart();
  });

  test('skips nothing when what a replica has read is not saved', async () => {
    const { cids } = await walk(orderBy, (turn) => {
      // The scroll is one page further than anybody knows, and its sid is still good.
      const store = stores[(turn + 1) % 2];
      if (store !== undefined) Object.assign(store, { save: async () => undefined });
    });
    expect(cids.length).toBe(rows);
    expect(new Set(cids).size).toBe(rows);
  });
});

test('a page asked again at the other replica costs no call', async () => {
  const { endCursor } = await page(0, null, null);
  const there = await page(0, endCursor, null);
  const again = await page(1, endCursor, null);
  expect(again.cids).toEqual(there.cids);
  expect([there.calls, again.calls]).toEqual([1, 0]);
});

test('two replicas that are asked for the same page at once read the scroll once', async () => {
  const { endCursor } = await page(0, null, byTime);
  emulator.control.latency(100);
  const before = emulator.control.counts().contacts;
  const [one, other] = await Promise.all([page(0, endCursor, byTime), page(1, endCursor, byTime)]);
  expect(other.cids).toEqual(one.cids);
  expect(emulator.control.counts().contacts - before).toBe(1);
});
