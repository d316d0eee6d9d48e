import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultRule } from '../../emulator/faults.ts';
import { askPage } from './support/page.ts';
import { ask, begin, byCreation, byName, expectedOf, rowsOf } from './support/single-list.ts';
import { type Stack, startStack } from './support/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ env: { OPERATION_DEADLINE_MS: '300' } });
});
afterAll(() => stack.close());

const replica = () => {
  const [only] = stack.replicas;
  if (only === undefined) throw new Error('no replica');
  return only;
};

const lists = [byCreation(), byCreation('DESC'), byName];
const faults: FaultRule[] = [
  { kind: 'reset-body' },
  { kind: 'hang-body' },
  { kind: 'truncate' },
  { kind: 'status', status: 500, after: true },
  { kind: 'status', status: 500, after: false },
  { kind: 'reset', after: true },
  { kind: 'invalid-json', after: true },
  { kind: 'hang', after: true },
  { kind: 'content-type' },
];

describe('a failed call for the next page of a scroll never leads to missing rows', () => {
  test.each(faults)(
    'no row is missing after a call for the next page fails with the fault $kind (after the page was taken from the scroll: $after)',
    async (fault) => {
      for (const list of lists) {
        await begin(stack, rowsOf(100, 10));
        const expected = expectedOf(stack, list);
        const { cursors } = await ask(stack, list, { first: 20 });
        const args = { first: 20, after: cursors.at(-1) };
        stack.emulator.control.fault({ ...fault, path: 'sid=' });
        expect((await askPage(replica(), list, args)).code).toMatch(/^UPSTREAM_/);
        const again = await ask(stack, list, args);
        expect(again.cids).toEqual(expected.slice(20, 40));
        const next = await ask(stack, list, { first: 20, after: again.cursors.at(-1) });
        expect(next.cids).toEqual(expected.slice(40, 60));
        // Pages from before the failure are still served.
        expect((await ask(stack, list, { first: 5, after: cursors[3] })).cids).toEqual(expected.slice(4, 9));
      }
    },
  );

  test('no row is missing after a client disconnects while the next page is read', async () => {
    for (const list of lists) {
      await begin(stack, rowsOf(100, 10));
      const { cursors } = await ask(stack, list, { first: 20 });
      const args = { first: 20, after: cursors.at(-1) };
      stack.emulator.control.latency({ pattern: 'sid=', ms: 100 });
      const leaving = new AbortController();
      const left = askPage(replica(), list, args, leaving.signal).catch(() => 'left');
      while (stack.emulator.control.loggedInFlight() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      leaving.abort();
      await left;
      stack.emulator.control.latency(0);
      expect((await ask(stack, list, args)).cids).toEqual(expectedOf(stack, list).slice(20, 40));
    }
  });

  test('a call that opens a scroll and fails does not affect the next request', async () => {
    for (const args of [{ first: 10 }, { last: 10 }]) {
      await begin(stack, rowsOf(100, 10));
      stack.emulator.control.fault({ path: 'size=', kind: 'reset-body' });
      expect((await askPage(replica(), byCreation(), args)).code).toBe('UPSTREAM_UNAVAILABLE');
      expect((await ask(stack, byCreation(), args)).cids).toHaveLength(10);
    }
  });
});
