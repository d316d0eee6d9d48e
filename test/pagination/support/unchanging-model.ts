import { expect } from 'vitest';
import type { ScrollSettings } from '../../../emulator/scroll.ts';
import { expectedRows, type List, lists } from './expected-list.ts';
import { askPage, type Page } from './page.ts';
import type { Stack } from './stack.ts';

export type Ask = {
  list: number;
  backward: boolean;
  /** The start of the page: an edge of the last page or of any page, or the end of the list. */
  place: { of: 'latest' | 'any' | 'end'; edge: number };
  size: number;
  replica: number;
};

export type Step =
  | { kind: 'ask'; ask: Ask }
  /** Two clients use one cursor at the same time. */
  | { kind: 'together'; ask: Ask; size: number; replica: number }
  /** Requests an earlier page again. */
  | { kind: 'again'; back: number; replica: number }
  | { kind: 'lose'; replica: number }
  | { kind: 'expire'; status: 404 | 409 | 410 };

type KnownEdge = { cursor: string; index: number };
type PageRequest = { list: number; backward: boolean; from: KnownEdge | undefined; size: number };

/** Clients with the cursors that they have received, and the correct pages for these cursors. */
export function createModel(stack: Stack, chosen: readonly [number, number], scrolls: Partial<ScrollSettings>) {
  const listStates = chosen.map((index) => {
    const list = lists[index] as List; // The arbitrary keeps the index within bounds.
    return {
      list,
      expected: expectedRows(stack.emulator, list).map(({ cid }) => cid),
      known: [] as KnownEdge[],
      latest: [] as KnownEdge[],
    };
  });
  const requested: PageRequest[] = [];

  async function read({ list: which, backward, from, size }: PageRequest, replica: number): Promise<void> {
    const state = at(listStates, which);
    const args = backward ? { last: size, before: from?.cursor ?? null } : { first: size, after: from?.cursor ?? null };
    const page = await askPage(at(stack.replicas, replica), state.list, args);
    const end = from?.index ?? state.expected.length;
    const first = backward ? Math.max(0, end - size) : from === undefined ? 0 : from.index + 1;
    const behind = backward ? end : Math.min(first + size, state.expected.length);
    expect(page.code).toBeUndefined();
    expect(page.cids).toEqual(state.expected.slice(first, behind));
    checkEnds(page, { before: first > 0, behind: behind < state.expected.length, backward });
    const isTold = scrolls.total && state.list.hasTotal !== false;
    if (page.total !== null || isTold) expect(page.total).toBe(state.expected.length);
    state.latest = page.cursors.map((cursor, index) => ({ cursor, index: first + index }));
    state.known.push(...state.latest);
  }

  /** Checks that `hasNextPage` is wrongly true only where the upstream does not report the end of the list. */
  function checkEnds(
    page: Page,
    { before, behind, backward }: { before: boolean; behind: boolean; backward: boolean },
  ) {
    const isEndUnknown = scrolls.total === false && scrolls.end === 'empty-page';
    if (behind || backward || !isEndUnknown) expect(page.hasNextPage).toBe(behind);
    if (before || !backward || !isEndUnknown) expect(page.hasPreviousPage).toBe(before);
  }

  function choose({ list, backward, place, size }: Ask): PageRequest {
    const { known, latest } = at(listStates, list);
    const of = place.of === 'latest' ? latest : place.of === 'any' ? known : [];
    // Edge 0 is the one from which reading continues.
    const from = backward ? of[place.edge % of.length] : of[of.length - 1 - (place.edge % of.length)];
    return { list, backward, from, size };
  }

  async function run(step: Step): Promise<void> {
    if (step.kind === 'lose') await at(stack.replicas, step.replica).store.lose();
    else if (step.kind === 'expire') {
      stack.emulator.control.scrolls({ expiredStatus: step.status });
      stack.emulator.control.dropScrolls();
    } else if (step.kind === 'again') {
      const before = requested.at(-1 - step.back);
      if (before !== undefined) await read(before, step.replica);
    } else {
      const chosen = choose(step.ask);
      requested.push(chosen);
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
