import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askPage } from './support/page.ts';
import { ask, begin, byCreation, byName, expectedOf, readAllPages, rowsOf } from './support/single-list.ts';
import { type Stack, startStack } from './support/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ env: { CURSOR_REREAD_MAX: '100' } });
});
afterAll(() => stack.close());

const byTime = [byCreation(), byCreation('DESC')];

describe('a list by time is continued by a new scroll from the time of the cursor', () => {
  test.each(byTime)(
    'each of hundreds of contacts with the same time is returned once, also when every scroll and store is lost between pages: $orderBy',
    async (list) => {
      await begin(stack, rowsOf(700, 350));
      const lose = async () => {
        await stack.loseStores();
        stack.emulator.control.dropScrolls();
      };
      for (const backward of [false, true]) {
        const { cids, calls } = await readAllPages(stack, list, 60, { backward, between: lose });
        expect(cids).toEqual(expectedOf(stack, list));
        // A cursor holds the number of rows with the same time before it, but not the number of those after it.
        // The last page takes one call more, which shows that no row follows.
        expect(Math.max(...calls.slice(0, -1))).toBeLessThanOrEqual(backward ? 3 : 1);
        expect(calls.at(-1)).toBeLessThanOrEqual(backward ? 4 : 2);
      }
    },
  );

  test('a list is continued although the row of the cursor and seven rows before it were deleted', async () => {
    const [list] = byTime;
    if (list === undefined) throw new Error('no list');
    await begin(stack, rowsOf(100, 100));
    const expected = expectedOf(stack, list);
    const { cursors } = await ask(stack, list, { first: 40 });
    for (const cid of expected.slice(33, 40)) stack.emulator.remove(cid);
    await stack.loseStores();
    const args = { first: 10, after: cursors.at(-1) };
    expect((await ask(stack, list, args)).cids).toEqual(expected.slice(40, 50));
    stack.emulator.remove(expected[32] ?? '');
    await stack.loseStores();
    const [replica] = stack.replicas;
    expect(replica && (await askPage(replica, list, args)).code).toBe('CURSOR_EXPIRED');
  });
});

describe('a list in another order is continued by reading its rows again', () => {
  test('a list by name is read again up to CURSOR_REREAD_MAX rows, and a cursor beyond them is CURSOR_EXPIRED', async () => {
    await begin(stack, rowsOf(200, 1));
    const { cursors } = await ask(stack, byName, { first: 150 });
    const expected = expectedOf(stack, byName);
    await stack.loseStores();
    expect((await ask(stack, byName, { first: 5, after: cursors[99] })).cids).toEqual(expected.slice(100, 105));
    await stack.loseStores();
    const [replica] = stack.replicas;
    expect(replica && (await askPage(replica, byName, { first: 5, after: cursors[100] })).code).toBe('CURSOR_EXPIRED');
    expect(replica && (await askPage(replica, byName, { last: 5 })).code).toBe('CURSOR_EXPIRED');
  });

  test('a cursor of a list by name is CURSOR_EXPIRED when the rows before it have changed', async () => {
    await begin(stack, rowsOf(90, 1));
    const { cursors } = await ask(stack, byName, { first: 50 });
    stack.emulator.remove(expectedOf(stack, byName)[3] ?? '');
    await stack.loseStores();
    const [replica] = stack.replicas;
    for (const args of [
      { first: 5, after: cursors[40] },
      { last: 5, before: cursors[40] },
    ]) {
      expect(replica && (await askPage(replica, byName, args)).code).toBe('CURSOR_EXPIRED');
    }
    expect((await ask(stack, byName, { first: 1, after: cursors[1] })).cids).toEqual([expectedOf(stack, byName)[2]]);
  });
});
