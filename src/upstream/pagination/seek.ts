import { CursorExpired } from '../../errors.ts';
import type { Contact } from '../endpoints/contact.ts';
import type { ContactQuery } from '../endpoints/contacts.ts';
import { maxRecentCids, type Position, type TimeOrder } from './position.ts';
import type { TimeBounds } from './scroll-session.ts';

/**
 * Computes the bounds of a new scroll that starts at a position. The upstream compares whole seconds and includes both
 * ends, so the scroll returns the position's ties (rows of the same second) again, before the rows that follow.
 */
export function seekBounds(query: ContactQuery, order: TimeOrder, { sortValue, openedAt }: Position): TimeBounds {
  const at = Date.parse(sortValue);
  const [from, to] =
    order === 'created' ? [query.createdStart, query.createdEnd] : [query.modifiedStart, query.modifiedEnd];
  if (query.sort?.reverse) return { [`${order}End`]: Math.min(to?.getTime() ?? at, at) };
  const start = { [`${order}Start`]: Math.max(from?.getTime() ?? at, at) };
  if (order === 'created') return start;
  // Ascending by modification, a row that was read and then modified would be returned again at the end, so the list ends
  // at the time when it was opened. Rows that were modified in that very second are kept: no row may be missing.
  const opened = Date.parse(openedAt);
  if (at > opened) return start;
  return { ...start, modifiedEnd: Math.min(to?.getTime() ?? opened, opened) };
}

/** The same list from its other end. */
export function reverseOrder({ sort, ...query }: ContactQuery): ContactQuery {
  return sort === undefined ? query : { ...query, sort: { ...sort, reverse: !sort.reverse } };
}

/** The rows that share the sort value of a position, as a range of indexes. */
export type Ties = {
  /** Index of the first tied row. */
  first: number;
  /** Index after the last tied row. */
  end: number;
  /** Number of tied rows up to the position. */
  upToPosition: number;
  /** Whether the last of those is the position's own row. */
  includesOwnRow: boolean;
};

/**
 * Finds a position among the first rows of a scroll that was opened at it. Some rows of the same second may sort before
 * the ties, because the upstream's bounds are whole seconds.
 *
 * @param options.isWholeList whether the scroll has no more rows than these
 * @param options.needsAllTies whether all ties must be among the rows
 * @returns undefined when more rows are needed
 * @throws {CursorExpired} when none of the rows that the position remembers is left
 */
export function findTies(
  rows: readonly Contact[],
  position: Position,
  order: TimeOrder,
  options: { reverse: boolean; isWholeList: boolean; needsAllTies: boolean },
): Ties | undefined {
  const timeOf = (row: Contact) => row[order] ?? '';
  const sortsBefore = (row: Contact) =>
    options.reverse ? timeOf(row) > position.sortValue : timeOf(row) < position.sortValue;
  const first = indexAfterRun(rows, 0, sortsBefore);
  const end = indexAfterRun(rows, first, (row) => timeOf(row) === position.sortValue);
  const hasAllTies = options.isWholeList || end < rows.length;
  const cids = rows.slice(first, end).map(({ cid }) => cid);
  const own = cids.indexOf(position.recentCids.at(-1) ?? '');
  if (!hasAllTies && (options.needsAllTies || own === -1)) return undefined;
  if (own !== -1) return { first, end, upToPosition: own + 1, includesOwnRow: true };
  // The position's own row was deleted. The last remembered row that is left marks the same position.
  const nearest = Math.max(...position.recentCids.map((cid) => cids.indexOf(cid)));
  // A position with fewer cids than the maximum remembers all ties up to it: they are all deleted, so it is at the start.
  if (nearest === -1 && position.recentCids.length >= maxRecentCids) {
    throw new CursorExpired('The contacts around this cursor are gone. Start again without "after" and "before".');
  }
  return { first, end, upToPosition: nearest + 1, includesOwnRow: false };
}

/** The index after the longest run of rows from an index on that match. */
function indexAfterRun<T>(rows: readonly T[], from: number, matches: (row: T) => boolean): number {
  let end = from;
  for (let row = rows[end]; row !== undefined && matches(row); row = rows[end]) end += 1;
  return end;
}
