/*
 * The kind: a response that looks like the end of a scroll. A scroll ends with an empty page, or with a page without a `sid`
 * (absent, null or empty); an unreadable `sid`, and an end while the upstream states that rows are due, are no end.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askStack, orders, readList } from './support/altered-list.ts';
import { type AlteredStack, type Body, startAlteredStack } from './support/altered-upstream.ts';
import { begin, byCreation, byName, expectedOf, rowsOf } from './support/single-list.ts';

const count = 31;

let stack: AlteredStack;
beforeAll(async () => {
  stack = await startAlteredStack();
});
beforeEach(async () => {
  stack.alter({});
  await begin(stack, rowsOf(count, 4));
});
afterAll(() => stack.close());

const directions = [false, true];
const unreadable: unknown[] = [0, 7, -1, 1.5, 2 ** 60, true, false, {}, { id: 'a' }, [], ['a']];

describe.each(unreadable)('an unreadable sid (%j)', (sid) => {
  test('an unreadable sid is an error of the first page, also when the page has all rows of the list', async () => {
    stack.alter({ page: (body) => void Object.assign(body, { sid }) });
    for (const list of orders) {
      for (const args of [{ first: 10 }, { first: 100 }, { last: 3 }]) {
        expect((await askStack(stack, list, args)).code).toBe('UPSTREAM_BAD_RESPONSE');
      }
    }
  });

  test('an unreadable sid is an error of a later page, after which the list continues with the same cursor', async () => {
    for (const list of orders) {
      const expected = expectedOf(stack, list);
      stack.alter({});
      const first = await askStack(stack, list, { first: 10 });
      const args = { first: 10, after: first.cursors.at(-1) };
      stack.alter({ page: (body, nth) => void (nth === 0 && Object.assign(body, { sid })) });
      expect((await askStack(stack, list, args)).code).toBe('UPSTREAM_BAD_RESPONSE');
      expect((await askStack(stack, list, args)).cids).toEqual(expected.slice(10, 20));
    }
  });
});

describe.each([
  ['absent', (body: Body) => void delete body['sid']],
  ['null', (body: Body) => void Object.assign(body, { sid: null })],
  ['empty', (body: Body) => void Object.assign(body, { sid: '' })],
])('a sid that is %s', (_, removeSid) => {
  test('an absent sid ends the list after its last page without another call, whether the total is stated or not', async () => {
    for (const total of [true, false]) {
      stack.emulator.control.scrolls({ total, end: 'no-sid' });
      stack.alter({ page: (body) => void (body['sid'] === undefined && removeSid(body)) });
      for (const list of orders) {
        stack.emulator.control.clearLog();
        const { cids, code } = await readList(stack, list, 10);
        expect({ cids, code }).toEqual({ cids: expectedOf(stack, list), code: undefined });
        expect(stack.listCalls()).toBe(4);
      }
    }
  });

  test.each(directions)(
    'an absent sid on one page while rows are due does not end the list (backward: %s)',
    async (backward) => {
      for (const list of orders) {
        for (const broken of [0, 1, 2]) {
          await stack.loseStores();
          stack.alter({ page: (body, nth) => void (nth === broken && removeSid(body)) });
          const { cids, code } = await readList(stack, list, 10, { backward });
          expect({ cids, code }).toEqual({ cids: expectedOf(stack, list), code: undefined });
        }
      }
    },
  );

  test.each(directions)(
    'an absent sid on every page while rows are due is an error, or the list continues (backward: %s)',
    async (backward) => {
      for (const list of orders) {
        stack.alter({ page: removeSid, maxRows: 12 });
        const { cids, code } = await readList(stack, list, 10, { backward });
        const expected = expectedOf(stack, list);
        if (code === undefined) expect(cids).toEqual(expected);
        else {
          expect(code).toBe('UPSTREAM_BAD_RESPONSE');
          expect(cids).toEqual(
            backward ? expected.slice(expected.length - cids.length) : expected.slice(0, cids.length),
          );
        }
      }
    },
  );
});

describe('an empty page', () => {
  const empty = (body: Body) => void Object.assign(body, { customers: [], count: 0 });

  test.each(directions)('an empty page before more rows is passed over (backward: %s)', async (backward) => {
    for (const list of orders) {
      for (const at of [1, 2, 3, 4]) {
        await stack.loseStores();
        stack.alter({
          maxRows: 5,
          insert(nth, request) {
            const sid = request.searchParams.get('sid');
            return nth === at && sid !== null ? { status: 'OK', sid, total: count, customers: [] } : undefined;
          },
        });
        const { cids, code } = await readList(stack, list, 40, { backward });
        expect({ cids, code }).toEqual({ cids: expectedOf(stack, list), code: undefined });
      }
    }
  });

  test.each(directions)(
    'an empty page in place of every page after the first is an error while rows are due (backward: %s)',
    async (backward) => {
      for (const list of orders) {
        stack.alter({ maxRows: 5, page: (body, nth) => void (nth > 0 && empty(body)) });
        expect((await readList(stack, list, 10, { backward })).code).toBe('UPSTREAM_BAD_RESPONSE');
      }
    },
  );

  test('an empty page in place of the whole list is an error while rows are due, and an empty list otherwise', async () => {
    stack.alter({ page: empty });
    for (const args of [{ first: 10 }, { last: 3 }]) {
      expect((await askStack(stack, byName, args)).code).toBe('UPSTREAM_BAD_RESPONSE');
      expect((await askStack(stack, byCreation(), args)).code).toBe('UPSTREAM_BAD_RESPONSE');
    }
    stack.alter({ page: (body) => void Object.assign(body, { customers: [], total: 0 }) });
    for (const args of [{ first: 10 }, { last: 3 }]) {
      const { code, cids, total, hasNextPage, hasPreviousPage } = await askStack(stack, byCreation(), args);
      expect({ code, cids, total, hasNextPage, hasPreviousPage }).toEqual({
        ...{ code: undefined, cids: [], total: 0 },
        ...{ hasNextPage: false, hasPreviousPage: false },
      });
    }
  });
});
