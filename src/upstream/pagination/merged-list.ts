import { randomUUID } from 'node:crypto';
import { Gone } from '../../errors.ts';
import type { ListPage } from '../endpoints/list-page.ts';
import { Merge } from './merge.ts';
import { readScrollPages } from './scroll.ts';
import type { ScrolledList } from './scrolled-list.ts';

/**
 * Creates one list of several that have the same order by time: their union, in which each row stands once.
 *
 * Rows of the same time come list by list, and within a list in its own order. So the union has one order, whichever
 * position its scrolls were opened at, because a scroll that is opened at a position starts with all rows of its time.
 *
 * Only the operation that has opened a scroll of the union can continue it, because rows that were read and are on a later
 * page are held by the operation. To all others it has expired, so that they open one at their position: one call for each
 * list, however many pages were read before.
 *
 * @param lists one or more
 * @param isDisjoint whether no row is in two of the lists, so that the sum of their totals is the total of the union
 */
export function mergeLists<Row>(
  lists: readonly [ScrolledList<Row>, ...ScrolledList<Row>[]],
  isDisjoint: boolean,
): ScrolledList<Row> {
  const [first, ...more] = lists;
  if (more.length === 0) return first;
  const { order } = first;
  if (order === undefined) throw new TypeError('Only lists by time can be merged.');
  const merges = new Map<string, Merge<Row>>();

  async function readPage(merge: Merge<Row>, size: number): Promise<ListPage<Row>> {
    const { rows, returned } = await merge.read(size);
    const sid = merge.ended ? undefined : randomUUID();
    if (sid !== undefined) merges.set(sid, merge);
    const total = isDisjoint && !merge.hasDuplicates ? merge.total : undefined;
    const row = rows[0];
    const firstId = row === undefined ? undefined : first.idOf(row);
    return { rows, firstId, returned, sid, total, generated: merge.generated, body: undefined };
  }

  return {
    ...first,
    open(size, bounds) {
      const scrolls = lists.map((list) => readScrollPages(list, size, bounds));
      return readPage(new Merge(scrolls, first, order), size);
    },
    async continue(size, _bounds, sid) {
      const merge = merges.get(sid);
      merges.delete(sid);
      if (merge === undefined) throw new Gone('This scroll belongs to another operation.');
      return readPage(merge, size);
    },
    reversed() {
      const [reversedFirst, ...others] = [first.reversed(), ...more.map((list) => list.reversed())] as const;
      return mergeLists([reversedFirst, ...others], isDisjoint);
    },
  };
}
