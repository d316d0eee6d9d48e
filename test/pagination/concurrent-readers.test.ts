import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askPage } from './support/page.ts';
import { ask, begin, byCreation, byName, expectedOf, rowsOf } from './support/single-list.ts';
import { type Stack, startStack } from './support/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ replicas: 2 });
});
afterAll(() => stack.close());

const [first, second] = [0, 1];
const at = (index: number) => {
  const replica = stack.replicas[index];
  if (replica === undefined) throw new Error('no such replica');
  return replica;
};

describe('concurrent readers of one cursor get correct pages', () => {
  test.each([byCreation(), byName])(
    'concurrent readers of one cursor get the same page with one upstream call: $orderBy',
    async (list) => {
      await begin(stack, rowsOf(200, 10));
      const { cursors } = await ask(stack, list, { first: 20 });
      stack.emulator.control.clearLog();
      const args = { first: 20, after: cursors.at(-1) };
      const pages = await Promise.all([0, 1, 0, 1, 0, 1].map((index) => askPage(at(index), list, args)));
      for (const { cids } of pages) expect(cids).toEqual(expectedOf(stack, list).slice(20, 40));
      expect(stack.listCalls()).toBe(1);
    },
  );

  test.each([byCreation(), byName])(
    'concurrent readers of one cursor can use different page sizes: $orderBy',
    async (list) => {
      await begin(stack, rowsOf(200, 10));
      const { cursors } = await ask(stack, list, { first: 20 });
      const after = cursors.at(-1);
      const expected = expectedOf(stack, list);
      for (let round = 0; round < 5; round += 1) {
        const sizes = [3, 50, 20, 7];
        const pages = await Promise.all(
          sizes.map((size, index) => askPage(at(index % 2), list, { first: size, after })),
        );
        for (const [index, { cids }] of pages.entries())
          expect(cids).toEqual(expected.slice(20, 20 + (sizes[index] ?? 0)));
      }
    },
  );

  test('a reader does not wait for a reader that hangs, and both get all rows', async () => {
    await begin(stack, rowsOf(200, 10));
    const list = byCreation();
    const expected = expectedOf(stack, list);
    const { cursors } = await ask(stack, list, { first: 20 });
    const args = { first: 20, after: cursors.at(-1) };
    const ended: string[] = [];
    // The page is taken from the scroll. Its response arrives after the other reader has stopped to wait (0.7 s), and well
    // before the time-out of the attempt (3 s).
    stack.emulator.control.fault({ path: 'sid=', kind: 'delay', ms: 1_800 });
    const slow = askPage(at(first), list, args).finally(() => ended.push('slow'));
    const fast = askPage(at(second), list, args).finally(() => ended.push('fast'));
    expect((await fast).cids).toEqual(expected.slice(20, 40));
    expect((await slow).cids).toEqual(expected.slice(20, 40));
    expect(ended).toEqual(['fast', 'slow']);
    for (const page of [await fast, await slow]) {
      const next = await askPage(at(second), list, { first: 20, after: page.cursors.at(-1) });
      expect(next.cids).toEqual(expected.slice(40, 60));
    }
  });
});
