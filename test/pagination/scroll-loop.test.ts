import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askPage } from './support/page.ts';
import { begin, byCreation, byName, expectedOf, rowsOf, walk } from './support/single-list.ts';
import { type Stack, startStack } from './support/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

describe('a scroll that runs in a circle', () => {
  test.each([true, false])('is noticed, and the walk goes on past it (sid changes: %s)', async (sidChanges) => {
    for (const list of [byCreation(), byCreation('DESC'), byName]) {
      await begin(stack, rowsOf(90, 10));
      stack.emulator.control.scrolls({ loop: true, sidChanges });
      const { cids, calls } = await walk(stack, list, 20);
      expect(cids).toEqual(expectedOf(stack, list));
      expect(Math.max(...calls)).toBeLessThanOrEqual(2);
    }
  });

  test('is an error, and not an endless one, where every row has to be read', async () => {
    await begin(stack, rowsOf(1200, 60));
    stack.emulator.control.scrolls({ loop: true, total: false });
    const [replica] = stack.replicas;
    expect(replica && (await askPage(replica, byName, { last: 5 })).code).toBe('UPSTREAM_BAD_RESPONSE');
    // The first page, the one that comes again, and that one again.
    expect(stack.listCalls()).toBe(3);
  });
});
