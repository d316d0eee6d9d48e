import { CursorExpired } from '../../errors.ts';
import { maxRecentIds, type Position } from './position.ts';
import type { ScrolledList, TimeOrder } from './scrolled-list.ts';

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
export function findTies<Row>(
  rows: readonly Row[],
  position: Position,
  { idOf }: Pick<ScrolledList<Row>, 'idOf'>,
  { timeOf, reverse }: TimeOrder<Row>,
  options: { isWholeList: boolean; needsAllTies: boolean },
): Ties | undefined {
  const sortsBefore = (row: Row) => (reverse ? timeOf(row) > position.sortValue : timeOf(row) < position.sortValue);
  const first = indexAfterRun(rows, 0, sortsBefore);
  const end = indexAfterRun(rows, first, (row) => timeOf(row) === position.sortValue);
  const hasAllTies = options.isWholeList || end < rows.length;
  const ids = rows.slice(first, end).map(idOf);
  const own = ids.indexOf(position.recentIds.at(-1) ?? '');
  if (!hasAllTies && (options.needsAllTies || own === -1)) return undefined;
  if (own !== -1) return { first, end, upToPosition: own + 1, includesOwnRow: true };
  // The position's own row was deleted. The last remembered row that is left marks the same position.
  const nearest = Math.max(...position.recentIds.map((id) => ids.indexOf(id)));
  // A position with fewer ids than the maximum remembers all ties up to it: they are all deleted, so it is at the start.
  if (nearest === -1 && position.recentIds.length >= maxRecentIds) {
    throw new CursorExpired('The rows around this cursor are gone. Start again without "after" and "before".');
  }
  return { first, end, upToPosition: nearest + 1, includesOwnRow: false };
}

/**
 * Finds the rows of a scroll that follow the position it was opened at. Where ties may come in another order in each scroll,
 * the position's ties must either be the same in the same order, or few enough to be remembered each.
 *
 * @param rows the first rows of the scroll
 * @returns undefined when more rows are needed
 * @throws {CursorExpired} when it is not certain which rows follow
 */
export function rowsAfter<Row>(
  rows: readonly Row[],
  position: Position,
  list: Pick<ScrolledList<Row>, 'idOf'>,
  order: TimeOrder<Row>,
  isWholeList: boolean,
): readonly Row[] | undefined {
  if (order.tiesKeepOrder) {
    const ties = findTies(rows, position, list, order, { isWholeList, needsAllTies: false });
    return ties && rows.slice(ties.first + ties.upToPosition);
  }
  const { sortValue, recentIds, tiedRows } = position;
  const sortsBefore = (row: Row) => (order.reverse ? order.timeOf(row) > sortValue : order.timeOf(row) < sortValue);
  const first = indexAfterRun(rows, 0, sortsBefore);
  const end = indexAfterRun(rows, first, (row) => order.timeOf(row) === sortValue);
  const ids = rows.slice(first, end).map(list.idOf);
  const read = ids.indexOf(recentIds.at(-1) ?? '') + 1;
  const isSameOrder = recentIds.every((id, index) => ids[read - recentIds.length + index] === id);
  if (read > 0 && read <= tiedRows && isSameOrder) return rows.slice(first + read);
  if (!isWholeList && end === rows.length) return undefined;
  if (recentIds.length < tiedRows) {
    throw new CursorExpired('The rows around this cursor are in another order now. Start again without "after".');
  }
  const remembered = new Set(recentIds);
  const unread = rows.slice(first, end).filter((row) => !remembered.has(list.idOf(row)));
  return [...unread, ...rows.slice(end)];
}

/** The index after the longest run of rows from an index on that match. */
function indexAfterRun<T>(rows: readonly T[], from: number, matches: (row: T) => boolean): number {
  let end = from;
  for (let row = rows[end]; row !== undefined && matches(row); row = rows[end]) end += 1;
  return end;
}
