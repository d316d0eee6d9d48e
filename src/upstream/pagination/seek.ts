import { CursorExpired } from '../../errors.ts';
import type { Contact } from '../endpoints/contact.ts';
import type { ContactQuery } from '../endpoints/contacts.ts';
import { maxRecentCids, type Position, type TimeOrder } from './position.ts';
import type { TimeBounds } from './scroll-session.ts';

/**
 * What narrows a query to a position and all behind it in the query's direction, for a new scroll. The list counts in
 * whole seconds and includes both ends, so the ties of the position come again, first.
 */
export function seekBounds(query: ContactQuery, order: TimeOrder, { sortValue, openedAt }: Position): TimeBounds {
  const at = Date.parse(sortValue);
  const [from, to] =
    order === 'created' ? [query.createdStart, query.createdEnd] : [query.modifiedStart, query.modifiedEnd];
  if (query.sort?.reverse) return { [`${order}End`]: Math.min(to?.getTime() ?? at, at) };
  const start = { [`${order}Start`]: Math.max(from?.getTime() ?? at, at) };
  if (order === 'created') return start;
  // Upwards by modification, a row that was seen and then changed would come again, at the end. Changes of the very
  // second in which the walk began cannot be told from what was there: they are kept, because rows must not be missing.
  const opened = Date.parse(openedAt);
  if (at > opened) return start;
  return { ...start, modifiedEnd: Math.min(to?.getTime() ?? opened, opened) };
}

/** The same list from its other end. */
export function reverseOrder({ sort, ...query }: ContactQuery): ContactQuery {
  return sort === undefined ? query : { ...query, sort: { ...sort, reverse: !sort.reverse } };
}

export type Ties = {
  /** Index of the first row that ties with the position. */
  first: number;
  /** Index behind the last one. */
  behind: number;
  /** How many of the ties stand before the position or at it. */
  upTo: number;
  /** Whether the position's own row is the last of those. */
  exact: boolean;
};

/**
 * Finds a position among the first rows of a list that was reopened at it. Rows of the same second, but on the far side
 * of it, may come before its ties.
 *
 * @param whole whether these rows are all that there are
 * @returns undefined when more rows are needed to tell
 * @throws {CursorExpired} when none of its neighbours is left to find it by
 */
export function findTies(
  rows: readonly Contact[],
  position: Position,
  order: TimeOrder,
  { reverse, whole, complete }: { reverse: boolean; whole: boolean; complete: boolean },
): Ties | undefined {
  const timeOf = (row: Contact) => row[order] ?? '';
  const isBeyond = (row: Contact) => (reverse ? timeOf(row) > position.sortValue : timeOf(row) < position.sortValue);
  const first = lengthWhile(rows, 0, isBeyond);
  const behind = lengthWhile(rows, first, (row) => timeOf(row) === position.sortValue);
  const hasAll = whole || behind < rows.length;
  const cids = rows.slice(first, behind).map(({ cid }) => cid);
  const own = cids.indexOf(position.recentCids.at(-1) ?? '');
  if (!hasAll && (complete || own === -1)) return undefined;
  if (own !== -1) return { first, behind, upTo: own + 1, exact: true };
  // The row itself is gone: behind the nearest of its neighbours that is left is the same place.
  const nearest = Math.max(...position.recentCids.map((cid) => cids.indexOf(cid)));
  // Fewer than it would remember: these were all that stood there up to it, and none is left.
  if (nearest === -1 && position.recentCids.length >= maxRecentCids) {
    throw new CursorExpired('The contacts around this cursor are gone. Start again without "after" and "before".');
  }
  return { first, behind, upTo: nearest + 1, exact: false };
}

function lengthWhile<T>(rows: readonly T[], from: number, holds: (row: T) => boolean): number {
  let end = from;
  for (let row = rows[end]; row !== undefined && holds(row); row = rows[end]) end += 1;
  return end;
}
