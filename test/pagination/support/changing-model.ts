import { expect } from 'vitest';
import type { Contact } from '../../../emulator/emulator.ts';
import { type List, lists, oracleOf } from './expected-list.ts';
import { askPage, type Page } from './page.ts';
import type { Stack } from './stack.ts';

export type Step =
  | { kind: 'next'; walk: number; size: number; replica: number }
  /** The page read last, once more and of another size: the client forgets what it had of it. */
  | { kind: 'again'; walk: number; size: number; replica: number }
  | { kind: 'insert'; fields: number }
  /** A change that moves the contact in no order. */
  | { kind: 'touch'; contact: number }
  /** A change that moves it in the order by name, and by modification. */
  | { kind: 'rename'; contact: number; seen: boolean }
  | { kind: 'move'; contact: number; seen: boolean }
  | { kind: 'remove'; contact: number; count: number }
  | { kind: 'lose'; replica: number }
  | { kind: 'expire'; status: 404 | 409 | 410 };

type Walk = {
  list: List;
  backward: boolean;
  /** The list when the walk began, in order. */
  began: readonly string[];
  /** Of those, the ones that have been there ever since, in their place. */
  kept: Set<string>;
  seen: string[];
  /** Where the page read last began: the cursor and how many rows had been seen. */
  last: { cursor: string | null; seen: number };
  cursor: string | null;
};

/** Clients that each walk to the end of a list and begin again, while contacts come, change and go. */
export function createModel(stack: Stack, chosen: readonly number[], backward: readonly boolean[]) {
  const { emulator } = stack;
  let skewSeconds = 0;
  const walks = chosen.map((index, number) => begin(lists[index] as List, backward[number] === true)); // by its arbitrary

  function begin(list: List, backward: boolean): Walk {
    return { list, backward, began: [], kept: new Set(), seen: [], last: { cursor: null, seen: 0 }, cursor: null };
  }

  function tick(): string {
    skewSeconds += 2;
    emulator.control.clock({ skewSeconds });
    return `${new Date(Date.now() + skewSeconds * 1000).toISOString().slice(0, 19)}Z`;
  }

  async function read(number: number, size: number, replica: number): Promise<boolean> {
    const walk = at(walks, number);
    if (walk.cursor === null) {
      // Changes of the second in which a walk begins cannot be told from what was there.
      tick();
      walk.began = oracleOf(emulator, walk.list).map(({ cid }) => cid);
      walk.kept = new Set(walk.began);
    }
    const args = walk.backward ? { last: size, before: walk.cursor } : { first: size, after: walk.cursor };
    const page = await askPage(at(stack.replicas, replica), walk.list, args);
    if (page.code !== undefined) {
      checkExpired(walk, page.code);
      walks[walks.indexOf(walk)] = begin(walk.list, walk.backward);
      return false;
    }
    walk.last = { cursor: walk.cursor, seen: walk.seen.length };
    const cids = walk.backward ? page.cids.toReversed() : page.cids;
    walk.seen.push(...cids);
    expect(new Set(walk.seen).size, 'rows of one walk, each once').toBe(walk.seen.length);
    walk.cursor = (walk.backward ? page.cursors[0] : page.cursors.at(-1)) ?? walk.cursor;
    if (walk.backward ? page.hasPreviousPage : page.hasNextPage) return true;
    checkEnd(walk, page);
    walks[walks.indexOf(walk)] = begin(walk.list, walk.backward);
    return false;
  }

  function checkEnd(walk: Walk, page: Page): void {
    const seen = new Set(walk.seen);
    const missing = [...walk.kept].filter((cid) => !seen.has(cid));
    expect(missing, `missing at the end after ${page.cids.length} rows`).toEqual([]);
  }

  /** The one thing that may end a walk early, where the specification allows it. */
  function checkExpired(walk: Walk, code: string): void {
    expect(code).toBe('CURSOR_EXPIRED');
    const now = oracleOf(emulator, walk.list).map(({ cid }) => cid);
    if (walk.list.byTime) {
      // The edge of the cursor and seven neighbours before it, which a walk backward has yet to see.
      const gone = new Set([...walk.began, ...walk.seen].filter((cid) => !walk.kept.has(cid)));
      expect(gone.size).toBeGreaterThanOrEqual(8);
      return;
    }
    const length = walk.backward ? walk.began.length - walk.seen.length + 1 : walk.seen.length;
    const before = walk.backward ? walk.began.slice(0, length) : walk.seen;
    const same = before.toSorted().join() === now.slice(0, length).toSorted().join();
    expect(same && before.at(-1) === now[length - 1], 'expired although the rows before are the same').toBe(false);
  }

  /** Changes contacts; whoever is not where it was in a list has not kept its place. */
  function change(cids: readonly string[], make: (cid: string) => void): void {
    const rows = () => new Map(emulator.contacts().map((row) => [row.cid, row]));
    const before = rows();
    cids.forEach(make);
    const after = rows();
    for (const cid of cids) {
      for (const { kept, list } of walks) {
        const [then, now] = [before.get(cid), after.get(cid)];
        if (then === undefined || now === undefined || !isSame(list, then, now)) kept.delete(cid);
      }
    }
  }

  function isSame({ holds, orderOf }: List, then: Contact, now: Contact): boolean {
    return holds(now) && orderOf(now) === orderOf(then);
  }

  /** One of those that the first walk has seen, or of all. */
  function pick(index: number, seen: boolean): string[] {
    const of = seen ? at(walks, index).seen.slice(-12) : emulator.contacts().map(({ cid }) => cid);
    const cid = of[index % of.length];
    return cid === undefined || emulator.find(cid) === undefined ? [] : [cid];
  }

  async function run(step: Step): Promise<void> {
    if (step.kind === 'next') await read(step.walk, step.size, step.replica);
    else if (step.kind === 'again') {
      const walk = at(walks, step.walk);
      walk.seen.length = walk.last.seen;
      walk.cursor = walk.last.cursor;
      await read(step.walk, step.size, step.replica);
    } else if (step.kind === 'lose') await at(stack.replicas, step.replica).store.lose();
    else if (step.kind === 'expire') {
      emulator.control.scrolls({ expiredStatus: step.status });
      emulator.control.dropScrolls();
    } else mutate(step);
  }

  function mutate(step: Exclude<Step, { walk: number } | { kind: 'lose' | 'expire' }>): void {
    const now = tick();
    if (step.kind === 'insert') {
      const lastName = ['Bianchi', 'Rossi', 'Verdi', null][step.fields % 4];
      emulator.insert({ created: now, modified: now, lastName, email: 'new@example.com', signupMethod: 'api' });
    } else if (step.kind === 'touch') {
      change(pick(step.contact, false), (cid) => emulator.update(cid, { zipCode: String(step.contact) }));
    } else if (step.kind === 'rename') {
      change(pick(step.contact, step.seen), (cid) => emulator.update(cid, { lastName: `Neri ${now}`, modified: now }));
    } else if (step.kind === 'move') {
      change(pick(step.contact, step.seen), (cid) => emulator.update(cid, { modified: now, email: null }));
    } else {
      const { seen } = at(walks, step.contact);
      const cids = step.contact % 2 === 0 ? seen.slice(-step.count) : pick(step.contact, false);
      change(
        cids.filter((cid) => emulator.find(cid) !== undefined),
        (cid) => emulator.remove(cid),
      );
    }
  }

  /** Nothing changes any more: every walk comes to its end. */
  async function finish(): Promise<void> {
    for (const number of walks.keys()) {
      for (let pages = 0; await read(number, 40, pages); pages += 1) expect(pages).toBeLessThan(100);
    }
  }

  return { run, finish };
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('There is nothing to choose from.');
  return item;
}
