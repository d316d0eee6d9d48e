import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askPage } from './support/page.ts';
import { begin, byCreation, byName, expectedOf, readAllPages, rowsOf } from './support/single-list.ts';
import { type Stack, startStack } from './support/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

describe('a scroll that returns the same page again is detected', () => {
  test.each([true, false])(
    'a list whose scroll returns the same page again is still read completely (sid changes: %s)',
    async (sidChanges) => {
      for (const list of [byCreation(), byCreation('DESC'), byName]) {
        await begin(stack, rowsOf(90, 10));
        stack.emulator.control.scrolls({ loop: true, sidChanges });
        const { cids, calls } = await readAllPages(stack, list, 20);
        expect(cids).toEqual(expectedOf(stack, list));
        expect(Math.max(...calls)).toBeLessThanOrEqual(4);
      }
    },
  );

  test('a scroll that returns the same page again is an error after three calls, when every row has to be read', async () => {
    await begin(stack, rowsOf(1200, 60));
    stack.emulator.control.scrolls({ loop: true, total: false });
    const [replica] = stack.replicas;
    expect(replica && (await askPage(replica, byName, { last: 5 })).code).toBe('UPSTREAM_BAD_RESPONSE');
    // The calls return the first page, the second page and the second page again.
    expect(stack.listCalls()).toBe(3);
  });
});
