import { CursorExpired } from '../../errors.ts';
import { addToDigest, originPosition, type Position, startOfList } from './position.ts';
import type { BackwardRows, ScrollSession } from './scroll-session.ts';
import type { ScrolledList } from './scrolled-list.ts';
import type { PaginatorParts } from './slice.ts';

/** Rows per call: the maximum, because no row of a rescan is shown. */
const size = 1000;

/**
 * Reads a list again from its start up to a position, for orders in which a scroll cannot be opened in the middle.
 *
 * @returns a session that continues after the position
 * @throws {CursorExpired} when the position is too far from the start, or other rows come before it than before
 */
export async function rescan<Row>(
  { sessions, maxRescanRows, list }: PaginatorParts<Row>,
  after: Position,
): Promise<ScrollSession> {
  if (after.rank > maxRescanRows) throw cursorExpired();
  let digest = 0;
  let rank = 0;
  for await (const page of sessions.readNewScroll({}, size)) {
    const skipped = page.rows.slice(0, after.rank - rank);
    digest = digestOf(list, skipped, digest);
    rank += skipped.length;
    if (rank < after.rank) continue;
    if (digest !== after.digest || lastIdOf(list, skipped) !== after.recentIds.at(-1)) break;
    const settings = { size, bounds: {}, start: after, hasPrevious: true };
    return sessions.start(page.rows.slice(skipped.length), page, settings, 'rescanned');
  }
  throw cursorExpired();
}

/**
 * Reads the rows before a position, or of the whole list.
 *
 * @returns the last `count` of them, and rows before those as far as they were read as well
 * @throws {CursorExpired} as `rescan` does
 */
export async function rescanBefore<Row>(
  { sessions, maxRescanRows, list }: PaginatorParts<Row>,
  count: number,
  before: Position | undefined,
): Promise<BackwardRows<Row>> {
  const upTo = before?.rank ?? Number.POSITIVE_INFINITY;
  if (before !== undefined && upTo > maxRescanRows) throw cursorExpired();
  const rows: Row[] = [];
  let start = before;
  let dropped = 0;
  let digest = 0;
  for await (const page of sessions.readNewScroll({}, size)) {
    const rank = dropped + rows.length + page.rows.length;
    if (before === undefined && Math.max(page.total ?? 0, rank) > maxRescanRows) throw cursorExpired();
    start = before ?? { ...(start ?? { ...originPosition(page), scrollSessionId: '' }), total: page.total };
    for (const row of page.rows.slice(0, upTo - dropped - rows.length)) rows.push(row);
    const excess = rows.splice(0, Math.max(0, rows.length - Math.max(count + 1, size)));
    digest = digestOf(list, excess, digest);
    dropped += excess.length;
    if (rank >= upTo) break;
  }
  if (before !== undefined) {
    const isSame = lastIdOf(list, rows) === before.recentIds.at(-1) && digestOf(list, rows, digest) === before.digest;
    if (!isSame) throw cursorExpired();
    rows.pop();
  }
  if (start === undefined) throw cursorExpired();
  return { rows, start: { ...start, ...startOfList, rank: dropped, digest }, hasPrevious: dropped > 0 };
}

function digestOf<Row>({ idOf }: ScrolledList<Row>, rows: readonly Row[], before: number): number {
  return rows.reduce((digest, row) => addToDigest(digest, idOf(row)), before);
}

function lastIdOf<Row>({ idOf }: ScrolledList<Row>, rows: readonly Row[]): string | undefined {
  const last = rows.at(-1);
  return last === undefined ? undefined : idOf(last);
}

function cursorExpired(): CursorExpired {
  return new CursorExpired(
    'This list has changed, or is too long to be found again in this order. Start again, or order by creation or modification time.',
  );
}
