import { expect } from 'vitest';
import type { ScrollSettings } from '../../../emulator/scroll.ts';
import { type List, lists, oracleOf } from './expected-list.ts';
import { askPage, type Page } from './page.ts';
import type { Stack } from './stack.ts';

export type Ask = {
  list: number;
  backward: boolean;
  /** Where from: an edge of the page read last, of any page, or from the end of the list. */
  place: { of: 'latest' | 'any' | 'end'; edge: number };
  size: number;
  replica: number;
};

export type Step =
  | { kind: 'ask'; ask: Ask }
  /** Two clients with one cursor at the same time. */
  | { kind: 'together'; ask: Ask; size: number; replica: number }
  /** The same page as some time before. */
  | { kind: 'again'; back: number; replica: number }
  | { kind: 'lose'; replica: number }
  | { kind: 'expire'; status: 404 | 409 | 410 };

type Known = { cursor: string; index: number };
type Asked = { list: number; backward: boolean; from: Known | undefined; size: number };

/** Clients with the cursors that they have been given, beside what they must get for them. */
export function createModel(stack: Stack, chosen: readonly [number, number], scrolls: Partial<ScrollSettings>) {
  const walked = chosen.map((index) => {
    const list = lists[index] as List; // within bounds by its arbitrary
    return {
      list,
      expected: oracleOf(stack.emulator, list).map(({ cid }) => cid),
      known: [] as Known[],
      latest: [] as Known[],
    };
  });
  const asked: Asked[] = [];

  async function read({ list: which, backward, from, size }: Asked, replica: number): Promise<void> {
    const walk = at(walked, which);
    const args = backward ? { last: size, before: from?.cursor ?? null } : { first: size, after: from?.cursor ?? null };
    const page = await askPage(at(stack.replicas, replica), walk.list, args);
    const end = from?.index ?? walk.expected.length;
    const first = backward ? Math.max(0, end - size) : from === undefined ? 0 : from.index + 1;
    const behind = backward ? end : Math.min(first + size, walk.expected.length);
    expect(page.code).toBeUndefined();
    expect(page.cids).toEqual(walk.expected.slice(first, behind));
    checkEnds(page, { before: first > 0, behind: behind < walk.expected.length, backward });
    if (page.total !== null || scrolls.total) expect(page.total).toBe(walk.expected.length);
    walk.latest = page.cursors.map((cursor, index) => ({ cursor, index: first + index }));
    walk.known.push(...walk.latest);
  }

  /** A page more may be promised only where the upstream does not tell the end. */
  function checkEnds(
    page: Page,
    { before, behind, backward }: { before: boolean; behind: boolean; backward: boolean },
  ) {
    const untold = scrolls.total === false && scrolls.end === 'empty-page';
    if (behind || backward || !untold) expect(page.hasNextPage).toBe(behind);
    if (before || !backward || !untold) expect(page.hasPreviousPage).toBe(before);
  }

  function choose({ list, backward, place, size }: Ask): Asked {
    const { known, latest } = at(walked, list);
    const of = place.of === 'latest' ? latest : place.of === 'any' ? known : [];
    // Edge 0 is the one to go on from.
    const from = backward ? of[place.edge % of.length] : of[of.length - 1 - (place.edge % of.length)];
    return { list, backward, from, size };
  }

  async function run(step: Step): Promise<void> {
    if (step.kind === 'lose') await at(stack.replicas, step.replica).store.lose();
    else if (step.kind === 'expire') {
      stack.emulator.control.scrolls({ expiredStatus: step.status });
      stack.emulator.control.dropScrolls();
    } else if (step.kind === 'again') {
      const before = asked.at(-1 - step.back);
      if (before !== undefined) await read(before, step.replica);
    } else {
      const chosen = choose(step.ask);
      asked.push(chosen);
      const also = step.kind === 'together' ? [read({ ...chosen, size: step.size }, step.replica)] : [];
      await Promise.all([read(chosen, step.ask.replica), ...also]);
    }
  }

  return { run };
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('There is nothing to choose from.');
  return item;
}
