import { pageSize } from '../wire/index.ts';
import {
  maxRecentIds,
  originPosition,
  type Position,
  positionsOfRows,
  rankOfEnd,
  startOfList,
  subtractFromDigest,
} from './position.ts';
import { rescanBefore } from './rescan.ts';
import { statesEnd } from './scroll-count.ts';
import type { BackwardRows, ScrollSession } from './scroll-session.ts';
import type { ScrolledList, TimeOrder } from './scrolled-list.ts';
import { findTies, type Ties } from './seek.ts';
import type { PaginatorParts, Slice } from './slice.ts';

/**
 * Reads the last `count` rows before a position, or of the whole list, in the list's own order.
 *
 * @throws {CursorExpired} when the position cannot be found any more
 */
export async function readBackward<Row>(
  parts: PaginatorParts<Row>,
  count: number,
  before: Position | undefined,
): Promise<Slice<Row>> {
  const { sessions, list } = parts;
  if (before !== undefined) {
    for await (const session of sessions.candidates(before, 'before')) {
      const slice = await sliceOfStoredRows(parts, session, count, before);
      if (slice !== undefined) return slice;
    }
  }
  const isRescan = list.order === undefined || before?.sortValue === '';
  const found = isRescan ? await rescanBefore(parts, count, before) : await readReversed(parts, count, before);
  const event = isRescan ? 'rescanned' : before === undefined ? 'opened' : 'reopened';
  const session = await sessions.storeBackwardRows(found, before === undefined, event);
  if (before !== undefined) await sessions.link(before, 'before', session);
  const { rows, start } = found;
  return {
    rows: rows.slice(-count),
    positions: () => positionsOfRows(list, rows, start, session.id).slice(-count),
    hasPreviousPage: rows.length > count || found.hasPrevious,
    hasNextPage: before !== undefined,
    total: start.total,
    version: { offset: parts.offset, openedAt: start.openedAt },
  };
}

/** The slice, if a session still stores its rows and the rows before them that their positions remember. */
async function sliceOfStoredRows<Row>(
  { sessions, list, offset }: PaginatorParts<Row>,
  session: ScrollSession,
  count: number,
  before: Position,
): Promise<Slice<Row> | undefined> {
  const end = before.rank - 1;
  const rank = Math.max(session.start.rank, end - count);
  if (rank > end || (end - rank < count && session.hasPrevious)) return undefined;
  const from = Math.max(session.start.rank, rank - maxRecentIds);
  const stored = await sessions.loadRows(session, from, end - from);
  if (stored === undefined) return undefined;
  const earlierRows = stored.slice(0, rank - from);
  const rows = stored.slice(rank - from);
  const start = from === session.start.rank ? session.start : { ...session.start, ...startOfList };
  const rowBefore = positionsOfRows(list, earlierRows, start, '').at(-1) ?? start;
  const ids = [...rows.map(list.idOf), before.recentIds.at(-1) ?? ''];
  const digest = ids.reduce(subtractFromDigest, before.digest);
  const { total, openedAt } = before;
  return {
    rows,
    positions: () => positionsOfRows(list, rows, { ...rowBefore, rank, digest, total, openedAt }, session.id),
    hasPreviousPage: rank > session.start.rank || session.hasPrevious,
    hasNextPage: true,
    total,
    version: { offset: session.offset ?? offset, openedAt },
  };
}

/**
 * Reads the rows from a scroll of the reversed order. The upstream returns ties in the same order from both ends, so each
 * group of ties must be read whole before its rows can be used. All rows that were read are returned.
 */
async function readReversed<Row>(
  { sessions, list }: PaginatorParts<Row>,
  count: number,
  before: Position | undefined,
): Promise<BackwardRows<Row>> {
  const reversed = list.reversed();
  const { order } = reversed;
  if (order === undefined) throw new TypeError('Only a list by time has an other end.');
  const bounds = before === undefined ? {} : order.boundsAt(before);
  for (let size = count + 1 + (before?.tiedRows ?? 0); ; size *= 8) {
    const reversedRows: Row[] = [];
    for await (const page of sessions.readNewScroll(bounds, Math.min(size, pageSize.max), reversed)) {
      for (const row of page.rows) reversedRows.push(row);
      const rows = inListOrder(reversed, order, reversedRows, before, page.last);
      if (page.last || (rows !== undefined && rows.length >= count)) {
        const end = before === undefined ? rankOfEnd : before.rank - 1;
        const rank = end - (rows?.length ?? 0);
        const start = { ...(before ?? originPosition(page)), ...startOfList, rank };
        return { rows: rows ?? [], start, hasPrevious: !page.last };
      }
      // Many contacts share one second: a new scroll with larger pages needs fewer calls than this one, unless this one has
      // no more rows, which its next page shows.
      if (size < pageSize.max && page.returned >= size && !statesEnd(page.count)) break;
    }
  }
}

/** Puts the rows of a reversed scroll into the list's own order; undefined while the position's ties are incomplete. */
function inListOrder<Row>(
  reversed: ScrolledList<Row>,
  order: TimeOrder<Row>,
  reversedRows: readonly Row[],
  before: Position | undefined,
  isWholeList: boolean,
): readonly Row[] | undefined {
  const ties = before && findTies(reversedRows, before, reversed, order, { isWholeList, needsAllTies: true });
  if (before !== undefined && ties === undefined) return undefined;
  const groups: Row[][] = [];
  for (const row of reversedRows.slice(ties?.end ?? 0)) {
    const group = groups.at(-1);
    const first = group?.[0];
    if (first !== undefined && order.timeOf(first) === order.timeOf(row)) group?.push(row);
    else groups.push([row]);
  }
  // More ties of the last group may follow on the next page.
  if (!isWholeList) groups.pop();
  return [...groups.reverse().flat(), ...tiesBefore(reversedRows, ties)];
}

function tiesBefore<Row>(rows: readonly Row[], ties: Ties | undefined): readonly Row[] {
  if (ties === undefined) return [];
  return rows.slice(ties.first, ties.first + ties.upToPosition - (ties.includesOwnRow ? 1 : 0));
}
