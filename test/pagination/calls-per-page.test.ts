import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask, begin, byCreation, byName, expectedOf, readAllPages, rowsOf } from './support/single-list.ts';
import { type Stack, startStack } from './support/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
beforeEach(() => begin(stack, rowsOf(200, 1)));
afterAll(() => stack.close());

const orders = [byCreation(), byCreation('DESC'), byName];

describe('a page costs at most one upstream call, and the end of a list one more', () => {
  test.each(orders)(
    'each page forward costs one call, and one more call shows the end of the list: $orderBy',
    async (list) => {
      const { cids, calls } = await readAllPages(stack, list, 25);
      expect(cids).toEqual(expectedOf(stack, list));
      expect(calls).toEqual([...Array(7).fill(1), 2]);
    },
  );

  test.each([true, false])('a page without a sid is the end of the list (total: %s)', async (total) => {
    stack.emulator.control.scrolls({ total, end: 'no-sid' });
    expect((await readAllPages(stack, byName, 25)).calls).toEqual(Array(8).fill(1));
  });

  test('without a total and without a missing sid, the list ends with an empty page of the upstream', async () => {
    stack.emulator.control.scrolls({ total: false });
    const { cids, calls } = await readAllPages(stack, byName, 25);
    expect(cids).toEqual(expectedOf(stack, byName));
    expect(calls).toEqual(Array(9).fill(1));
  });

  test.each([byCreation(), byCreation('DESC')])(
    'each page backward costs at most one call, and one more shows the start of the list: $orderBy',
    async (list) => {
      const { cids, calls } = await readAllPages(stack, list, 25, { backward: true });
      expect(cids).toEqual(expectedOf(stack, list));
      expect(calls).toHaveLength(8);
      expect(Math.max(...calls.slice(0, -1))).toBe(1);
      expect(calls.at(-1)).toBe(2);
    },
  );

  test('backward in another order, the list is read once for many pages', async () => {
    const { cids, calls } = await readAllPages(stack, byName, 25, { backward: true });
    expect(cids).toEqual(expectedOf(stack, byName));
    expect(calls).toEqual([2, 0, 0, 0, 0, 0, 0, 0]);
  });

  test.each(orders)('a repeated request for a page forward costs no call: $orderBy', async (list) => {
    const first = await ask(stack, list, { first: 10 });
    const args = { first: 10, after: first.cursors.at(-1) };
    const page = await ask(stack, list, args);
    stack.emulator.control.clearLog();
    expect((await ask(stack, list, args)).cids).toEqual(page.cids);
    expect(stack.listCalls()).toBe(0);
  });

  test.each(orders)('a repeated request for a page backward costs no call: $orderBy', async (list) => {
    const first = await ask(stack, list, { last: 10 });
    const args = { last: 30, before: first.cursors[0] };
    const page = await ask(stack, list, args);
    stack.emulator.control.clearLog();
    expect((await ask(stack, list, args)).cids).toEqual(page.cids);
    expect(stack.listCalls()).toBe(0);
  });

  test.each(orders)('a repeated request for a page whose scroll was reopened costs no call: $orderBy', async (list) => {
    const first = await ask(stack, list, { first: 10 });
    const args = { first: 10, after: first.cursors.at(-1) };
    await stack.loseStores();
    const page = await ask(stack, list, args);
    expect(page.cids).toEqual(expectedOf(stack, list).slice(10, 20));
    stack.emulator.control.clearLog();
    expect((await ask(stack, list, args)).cids).toEqual(page.cids);
    expect(stack.listCalls()).toBe(0);
  });

  test.each(orders)('stored rows cost no call, in both directions and for any page size: $orderBy', async (list) => {
    const expected = expectedOf(stack, list);
    const { cursors } = await ask(stack, list, { first: 50 });
    stack.emulator.control.clearLog();
    expect((await ask(stack, list, { first: 7, after: cursors[2] })).cids).toEqual(expected.slice(3, 10));
    expect((await ask(stack, list, { last: 20, before: cursors[40] })).cids).toEqual(expected.slice(20, 40));
    expect(stack.listCalls()).toBe(0);
    expect((await ask(stack, list, { first: 60, after: cursors[29] })).cids).toEqual(expected.slice(30, 90));
    expect(stack.listCalls()).toBe(1);
  });

  test('a large page after small ones costs one call, and not one for every few rows', async () => {
    for (const list of orders) {
      const first = await ask(stack, list, { first: 1 });
      stack.emulator.control.clearLog();
      const { cids } = await ask(stack, list, { first: 150, after: first.cursors[0] });
      expect(cids).toEqual(expectedOf(stack, list).slice(1, 151));
      // In an order that is not by time, the whole list was read again, and its end was confirmed.
      expect(stack.listCalls()).toBe(list.byTime ? 1 : 2);
    }
  });
});
