import { expect } from 'vitest';
import type { Contact } from '../../../emulator/emulator.ts';
import { expectedRows, type List, lists } from './expected-list.ts';
import { askPage, type Page } from './page.ts';
import type { Stack } from './stack.ts';

export type Step =
  | { kind: 'next'; traversal: number; size: number; replica: number }
  /** Reads the last page again with another size. The client drops the rows that it had of it. */
  | { kind: 'again'; traversal: number; size: number; replica: number }
  | { kind: 'insert'; fields: number }
  /** A change that moves the contact in none of the orders. */
  | { kind: 'touch'; contact: number }
  /** A change that moves the contact in the orders by name and by time of modification. */
  | { kind: 'rename'; contact: number; seen: boolean }
  | { kind: 'move'; contact: number; seen: boolean }
  | { kind: 'remove'; contact: number; count: number }
  | { kind: 'lose'; replica: number }
  | { kind: 'expire'; status: 404 | 409 | 410 };

type Traversal = {
  list: List;
  backward: boolean;
  /** The ordered list at the start of the traversal. */
  began: readonly string[];
  /** The contacts of that list that have kept their positions since. */
  kept: Set<string>;
  seen: string[];
  /** The start of the last page: its cursor and the number of rows before it. */
  last: { cursor: string | null; seen: number };
  cursor: string | null;
};

/** Clients that each read a list to its end and begin again, while contacts are created, changed and deleted. */
export function createModel(stack: Stack, chosen: readonly number[], backward: readonly boolean[]) {
  const { emulator } = stack;
  let skewSeconds = 0;
  const traversals = chosen.map((index, number) => begin(lists[index] as List, backward[number] === true)); // The arbitrary keeps the index within bounds.

  function begin(list: List, backward: boolean): Traversal {
    return { list, backward, began: [], kept: new Set(), seen: [], last: { cursor: null, seen: 0 }, cursor: null };
  }

  function tick(): string {
    skewSeconds += 2;
    emulator.control.clock({ skewSeconds });
    return `${new Date(Date.now() + skewSeconds * 1000).toISOString().slice(0, 19)}Z`;
  }

  async function read(number: number, size: number, replica: number): Promise<boolean> {
    const traversal = at(traversals, number);
    if (traversal.cursor === null) {
      // Times have a resolution of a second, so a traversal must not begin in the second of a change.
      tick();
      traversal.began = expectedRows(emulator, traversal.list).map(({ cid }) => cid);
      traversal.kept = new Set(traversal.began);
    }
    const args = traversal.backward
      ? { last: size, before: traversal.cursor }
      : { first: size, after: traversal.cursor };
    const page = await askPage(at(stack.replicas, replica), traversal.list, args);
    if (page.code !== undefined) {
      checkExpired(traversal, page.code);
      traversals[traversals.indexOf(traversal)] = begin(traversal.list, traversal.backward);
      return false;
    }
    traversal.last = { cursor: traversal.cursor, seen: traversal.seen.length };
    const cids = traversal.backward ? page.cids.toReversed() : page.cids;
    traversal.seen.push(...cids);
    expect(new Set(traversal.seen).size, 'rows of one traversal, each once').toBe(traversal.seen.length);
    traversal.cursor = (traversal.backward ? page.cursors[0] : page.cursors.at(-1)) ?? traversal.cursor;
    if (traversal.backward ? page.hasPreviousPage : page.hasNextPage) return true;
    checkEnd(traversal, page);
    traversals[traversals.indexOf(traversal)] = begin(traversal.list, traversal.backward);
    return false;
  }

  function checkEnd(traversal: Traversal, page: Page): void {
    const seen = new Set(traversal.seen);
    const missing = [...traversal.kept].filter((cid) => !seen.has(cid));
    expect(missing, `missing at the end after ${page.cids.length} rows`).toEqual([]);
  }

  /** Checks that a traversal ended with CURSOR_EXPIRED only where the specification allows it. */
  function checkExpired(traversal: Traversal, code: string): void {
    expect(code).toBe('CURSOR_EXPIRED');
    const now = expectedRows(emulator, traversal.list).map(({ cid }) => cid);
    if (traversal.list.byTime) {
      // The row of the cursor and seven rows before it are gone, which a backward traversal has not read yet.
      const gone = new Set([...traversal.began, ...traversal.seen].filter((cid) => !traversal.kept.has(cid)));
      expect(gone.size).toBeGreaterThanOrEqual(8);
      return;
    }
    const length = traversal.backward ? traversal.began.length - traversal.seen.length + 1 : traversal.seen.length;
    const before = traversal.backward ? traversal.began.slice(0, length) : traversal.seen;
    const same = before.toSorted().join() === now.slice(0, length).toSorted().join();
    expect(same && before.at(-1) === now[length - 1], 'expired although the rows before are the same').toBe(false);
  }

  /** Changes contacts, and removes those from `kept` whose positions in the list have changed. */
  function change(cids: readonly string[], make: (cid: string) => void): void {
    const rows = () => new Map(emulator.contacts().map((row) => [row.cid, row]));
    const before = rows();
    cids.forEach(make);
    const after = rows();
    for (const cid of cids) {
      for (const { kept, list } of traversals) {
        const [then, now] = [before.get(cid), after.get(cid)];
        if (then === undefined || now === undefined || !isSame(list, then, now)) kept.delete(cid);
      }
    }
  }

  function isSame({ holds, orderOf }: List, then: Contact, now: Contact): boolean {
    return holds(now) && orderOf(now) === orderOf(then);
  }

  /** Picks one of the contacts that a traversal has read lately, or one of all contacts. */
  function pick(index: number, seen: boolean): string[] {
    const of = seen ? at(traversals, index).seen.slice(-12) : emulator.contacts().map(({ cid }) => cid);
    const cid = of[index % of.length];
    return cid === undefined || emulator.find(cid) === undefined ? [] : [cid];
  }

  async function run(step: Step): Promise<void> {
    if (step.kind === 'next') await read(step.traversal, step.size, step.replica);
    else if (step.kind === 'again') {
      const traversal = at(traversals, step.traversal);
      traversal.seen.length = traversal.last.seen;
      traversal.cursor = traversal.last.cursor;
      await read(step.traversal, step.size, step.replica);
    } else if (step.kind === 'lose') await at(stack.replicas, step.replica).store.lose();
    else if (step.kind === 'expire') {
      emulator.control.scrolls({ expiredStatus: step.status });
      emulator.control.dropScrolls();
    } else mutate(step);
  }

  function mutate(step: Exclude<Step, { traversal: number } | { kind: 'lose' | 'expire' }>): void {
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
      const { seen } = at(traversals, step.contact);
      const cids = step.contact % 2 === 0 ? seen.slice(-step.count) : pick(step.contact, false);
      change(
        cids.filter((cid) => emulator.find(cid) !== undefined),
        (cid) => emulator.remove(cid),
      );
    }
  }

  /** Reads every traversal to its end, without further changes. */
  async function finish(): Promise<void> {
    for (const number of traversals.keys()) {
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
