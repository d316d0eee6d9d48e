import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Page } from './support/page.ts';
import { ask, begin, byCreation, byName, expectedOf, readAllPages, rowsOf } from './support/single-list.ts';
import { type Stack, startStack } from './support/stack.ts';

const size = 20;
const list = byCreation();

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ env: { READ_AHEAD_ROWS: String(size) } });
});
beforeEach(() => begin(stack, rowsOf(200, 7)));
afterAll(() => stack.close());

/** Waits until there were `calls` calls, and checks that no further call follows. */
async function settled(calls: number): Promise<void> {
  const state = () => [stack.listCalls(), stack.emulator.control.loggedInFlight()];
  await expect.poll(() => state()).toEqual([calls, 0]);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(state()).toEqual([calls, 0]);
}

/** Reads the first pages one after the other, and returns the last of them. */
async function read(count: number, of = list, first = size): Promise<Page> {
  let page = await ask(stack, of, { first });
  for (let read = 1; read < count; read += 1) page = await next(page, of, first);
  return page;
}

const next = ({ cursors }: Page, of = list, first = size) => ask(stack, of, { first, after: cursors.at(-1) });

describe('the next page of a scroll by time with large pages is prefetched', () => {
  test('a scroll is prefetched from its third page on, one page at a time', async () => {
    await read(2);
    await settled(2);
    const third = await read(3);
    await settled(2 + 4);
    const fourth = await next(third);
    expect(fourth.cids).toEqual(expectedOf(stack, list).slice(3 * size, 4 * size));
    await settled(2 + 5);
  });

  test('a list that is prefetched takes one call for each page and one that shows its end', async () => {
    const { cids, calls } = await readAllPages(stack, list, size);
    expect(cids).toEqual(expectedOf(stack, list));
    expect(calls.reduce((sum, each) => sum + each)).toBe(11);
  });

  test('a prefetched list can be read again and in other page sizes', async () => {
    const second = await read(2);
    const third = await next(second);
    await settled(4);
    const expected = expectedOf(stack, list);
    expect((await next(second)).cids).toEqual(expected.slice(40, 60));
    await settled(4);
    expect((await next(third, list, 7)).cids).toEqual(expected.slice(60, 67));
    expect((await next(third, list, 30)).cids).toEqual(expected.slice(60, 90));
    expect((await next(third)).cids).toEqual(expected.slice(60, 80));
    expect((await next(third)).cids).toEqual(expected.slice(60, 80));
  });

  test.each([7, 30])('a prefetched list can be continued with a page of %i rows', async (first) => {
    const third = await read(3);
    await settled(4);
    expect((await next(third, list, first)).cids).toEqual(expectedOf(stack, list).slice(60, 60 + first));
  });

  test('concurrent readers that request a page that is being prefetched get all rows', async () => {
    const second = await read(2);
    stack.emulator.control.latency({ pattern: 'sid=', ms: 50 });
    const third = await next(second);
    const pages = await Promise.all([next(third), next(third), next(third, list, 30)]);
    const expected = expectedOf(stack, list);
    expect(pages.map(({ cids }) => cids)).toEqual([80, 80, 90].map((end) => expected.slice(60, end)));
  });

  test.each(['status', 'reset', 'reset-body', 'invalid-json'] as const)(
    'a failed prefetch loses no row, causes no error and no wait: %s',
    async (kind) => {
      // The deadline is shorter than the time for which a request waits for another reader.
      const hurried = await startStack({ env: { READ_AHEAD_ROWS: '20', OPERATION_DEADLINE_MS: '500' } });
      await begin(hurried, rowsOf(100, 7));
      hurried.emulator.control.fault({ kind, path: 'sid=', skip: 2 });
      const { cids } = await readAllPages(hurried, list, size);
      expect(cids).toEqual(expectedOf(hurried, list));
      await hurried.close();
    },
  );

  test('a stored page is served without waiting for a pending prefetch', async () => {
    const second = await read(2);
    stack.emulator.control.fault({ kind: 'delay', ms: 300, path: 'sid=', skip: 1 });
    const third = await next(second);
    await expect.poll(() => stack.emulator.control.loggedInFlight()).toBe(1);
    expect((await next(second)).cids).toEqual(third.cids);
    expect(stack.emulator.control.loggedInFlight()).toBe(1);
    await settled(4);
  });

  test('a request does not wait for a prefetch that hangs', async () => {
    const second = await read(2);
    stack.emulator.control.fault({ kind: 'hang', path: 'sid=', skip: 1 });
    const fourth = await next(await next(second));
    expect(fourth.cids).toEqual(expectedOf(stack, list).slice(60, 80));
    await expect.poll(() => stack.emulator.control.loggedInFlight()).toBe(0);
  });
});

describe('no page is prefetched where it would not help', () => {
  test('no page is prefetched for small pages', async () => {
    await read(5, list, size - 1);
    await settled(5);
  });

  test('no page is prefetched in an order in which a lost scroll costs more than one call', async () => {
    await read(5, byName);
    await settled(5);
  });

  test('no page is prefetched from a slow upstream, because other readers would wait too long for the lease', async () => {
    const second = await read(2);
    stack.emulator.control.latency({ pattern: 'sid=', ms: 400 });
    await next(second);
    await settled(3);
  });

  test('no page is prefetched after the end of the list', async () => {
    await begin(stack, rowsOf(3 * size, 7));
    await read(3);
    await settled(4);
  });
});
