import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askPage } from './support/page.ts';
import { ask, begin, byCreation, byName, expectedOf, rowsOf, walk } from './support/single-list.ts';
import { type Stack, startStack } from './support/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ env: { CURSOR_REREAD_MAX: '100' } });
});
afterAll(() => stack.close());

const byTime = [byCreation(), byCreation('DESC')];

describe('hundreds of contacts on one second', () => {
  test.each(byTime)(
    'are met once each, also when every scroll and store is lost between pages: $orderBy',
    async (list) => {
      await begin(stack, rowsOf(700, 350));
      const lose = async () => {
        await stack.loseStores();
        stack.emulator.control.dropScrolls();
      };
      for (const backward of [false, true]) {
        const { cids, calls } = await walk(stack, list, 60, { backward, between: lose });
        expect(cids).toEqual(expectedOf(stack, list));
        // Forward a cursor knows how many ties come again; backward it does not know those that it has not met.
        expect(Math.max(...calls)).toBeLessThanOrEqual(backward ? 3 : 1);
      }
    },
  );

  test('the row of the cursor may be gone, and seven neighbours before it', async () => {
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

describe('other orders', () => {
  test('are read again up to CURSOR_REREAD_MAX rows, and CURSOR_EXPIRED says what to do beyond', async () => {
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

  test('are CURSOR_EXPIRED when other rows than then come before', async () => {
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
