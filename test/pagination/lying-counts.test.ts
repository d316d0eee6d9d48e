/*
 * The kind: a number that the upstream states about a list (its total) is wrong, unreadable or contradicts itself. A list
 * ends with an empty page or without a `sid`, and never because of such a number.
 */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAead } from '../../src/crypto/aead.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { askStack, orders, readList } from './support/altered-list.ts';
import { type AlteredStack, startAlteredStack } from './support/altered-upstream.ts';
import { populate } from './support/data.ts';
import { excessive, harmless, type Lie, lieAbout } from './support/lying-totals.ts';
import { valkeyStore } from './support/replicas.ts';
import { begin, byCreation, byName, expectedOf, rowsOf } from './support/single-list.ts';

const count = 31;

let redis: RedisServer;
let stack: AlteredStack;
/** Its scroll sessions are in Valkey, and its pages are prefetched. */
let valkeyStack: AlteredStack;
beforeAll(async () => {
  stack = await startAlteredStack();
  redis = await startRedis();
  const store = valkeyStore(redis, createAead([randomBytes(32)], 'scroll-session'));
  valkeyStack = await startAlteredStack({ store, env: { READ_AHEAD_ROWS: '1' } });
});
beforeEach(async () => {
  stack.alter({});
  await begin(stack, rowsOf(count, 4));
});
afterAll(async () => {
  await stack.close();
  await valkeyStack.close();
  await redis.close();
});

const directions = [false, true];

describe.each(Object.entries(harmless))('with a total that is %s', (_, lie) => {
  test.each(directions)('a list has each row once, in every order (backward: %s)', async (backward) => {
    for (const list of orders) {
      stack.alter({ page: lieAbout(lie) });
      const { cids, code, totals } = await readList(stack, list, 10, { backward });
      expect({ cids, code }).toEqual({ cids: expectedOf(stack, list), code: undefined });
      for (const { total, rows } of totals) expect(total ?? rows).toBeGreaterThanOrEqual(rows);
    }
  });

  test.each(directions)('short pages do not end a list (backward: %s)', async (backward) => {
    for (const list of orders) {
      stack.alter({ page: lieAbout(lie), maxRows: 3 });
      const { cids, code } = await readList(stack, list, 10, { backward });
      expect({ cids, code }).toEqual({ cids: expectedOf(stack, list), code: undefined });
    }
  });
});

describe.each(Object.entries(excessive))('with a total that is %s', (_, lie) => {
  test.each(directions)(
    'a list has each row once, and an error in place of a quiet end (backward: %s)',
    async (backward) => {
      for (const list of orders) {
        stack.alter({ page: lieAbout(lie) });
        const { cids, code } = await readList(stack, list, 10, { backward });
        const expected = expectedOf(stack, list);
        expect(cids).toEqual(backward ? expected.slice(expected.length - cids.length) : expected.slice(0, cids.length));
        expect(code).toBe('UPSTREAM_BAD_RESPONSE');
      }
    },
  );
});

test.each(['last', 'first'])(
  'a page with `%s: 3` has the rows of that end of the list, whatever the total',
  async (arg) => {
    for (const lie of Object.values(harmless)) {
      for (const list of orders) {
        stack.alter({ page: lieAbout(lie) });
        const expected = expectedOf(stack, list);
        const { cids } = await askStack(stack, list, { [arg]: 3 });
        expect(cids).toEqual(arg === 'last' ? expected.slice(-3) : expected.slice(0, 3));
      }
    }
  },
);

describe('totalCount', () => {
  test.each([
    ['-1', -1],
    ['a fraction', 1.5],
    ['an object', { value: 31 }],
    ['a text that is no number', 'many'],
    ['fewer than the rows of the page', 9],
    ['zero', 0],
    ['the number at which counting may have stopped', 10_000],
  ])('totalCount is null for %s, which is reported once and without its value', async (_, total) => {
    stack.alter({ page: lieAbout(() => total) });
    expect((await askStack(stack, byName, { first: 10 })).total).toBeNull();
    const { undecodable } = JSON.parse(stack.logged.at(-1) ?? '{}');
    expect(undecodable).toEqual({ total: { [typeof total]: 1 } });
  });

  test('totalCount is null on the first page already, if the upstream states the size of the page', async () => {
    stack.alter({ page: lieAbout(({ rows }) => rows) });
    expect((await askStack(stack, byCreation(), { first: 10 })).total).toBeNull();
    const { undecodable } = JSON.parse(stack.logged.at(-1) ?? '{}');
    expect(undecodable).toEqual({ total: { contradiction: 1 } });
  });

  test('totalCount is null once more rows were read than the upstream states, also in a scroll that was opened again', async () => {
    for (const loseBetween of [false, true]) {
      stack.alter({ page: lieAbout(({ total }) => Math.min(total, 15)) });
      const { totals } = await readList(stack, byCreation(), 10, { loseBetween });
      expect(totals.map(({ total }) => total)).toEqual([15, null, null, null]);
    }
  });

  test.each(directions)(
    'totalCount is the number of rows on every page, if the upstream states it (backward: %s)',
    async (backward) => {
      for (const list of orders) {
        const { totals } = await readList(stack, list, 10, { backward });
        expect(totals.map(({ total }) => total)).toEqual(totals.map(() => count));
      }
    },
  );
});

test('a list whose upstream states wrong counts on each page has each row once, or an error in place of a quiet end', async () => {
  const lies = { ...harmless, ...excessive, 'the truth': (({ total }) => total) satisfies Lie };
  const world = fc.record({
    rows: fc.nat(40),
    perSecond: fc.integer({ min: 1, max: 9 }),
    list: fc.nat(orders.length - 1),
    size: fc.integer({ min: 1, max: 12 }),
    maxRows: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
    end: fc.constantFrom('empty-page' as const, 'no-sid' as const),
    lies: fc.array(fc.constantFrom(...Object.keys(lies)), { minLength: 1, maxLength: 6 }),
    backward: fc.boolean(),
    loseBetween: fc.boolean(),
    isInValkey: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      world,
      async ({ rows, perSecond, list: index, size, maxRows, end, lies: names, isInValkey, ...options }) => {
        const list = orders[index] ?? byName;
        const used = isInValkey ? valkeyStack : stack;
        populate(used.emulator, rowsOf(rows, perSecond));
        await used.loseStores();
        used.emulator.control.scrolls({ end });
        const lie: Lie = (truth) => lies[names[truth.nth % names.length] as keyof typeof lies]?.(truth);
        used.alter({ page: lieAbout(lie), ...(maxRows === undefined ? {} : { maxRows }) });
        const { cids, code } = await readList(used, list, size, options);
        const expected = expectedOf(used, list);
        if (code === undefined) expect(cids).toEqual(expected);
        else {
          expect(cids).toEqual(
            options.backward ? expected.slice(expected.length - cids.length) : expected.slice(0, cids.length),
          );
          expect(code).toBe('UPSTREAM_BAD_RESPONSE');
        }
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);
