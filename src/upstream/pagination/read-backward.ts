import type { Contact } from '../endpoints/contact.ts';
import { pageSize } from '../wire/index.ts';
import {
  maxRecentCids,
  originPosition,
  type Position,
  positionsOfRows,
  rankOfEnd,
  startOfList,
  subtractFromDigest,
  type TimeOrder,
} from './position.ts';
import { rescanBefore } from './rescan.ts';
import { statesEnd } from './scroll-count.ts';
import type { BackwardRows, ScrollSession } from './scroll-session.ts';
import { findTies, reverseOrder, seekBounds, type Ties } from './seek.ts';
import type { PaginatorParts, Slice } from './slice.ts';

/**
 * Reads the last `count` rows before a position, or of the whole list, in the list's own order.
 *
 * @throws {CursorExpired} when the position cannot be found any more
 */
export async function readBackward(parts: PaginatorParts, count: number, before: Position | undefined): Promise<Slice> {
  const { sessions, order } = parts;
  if (before !== undefined) {
    for await (const session of sessions.candidates(before, 'before')) {
      const slice = await sliceOfStoredRows(parts, session, count, before);
      if (slice !== undefined) return slice;
    }
  }
  const found =
    order === undefined || before?.sortValue === ''
      ? await rescanBefore(parts, count, before)
      : await readReversed(parts, order, count, before);
  const session = await sessions.storeBackwardRows(found, before === undefined);
  if (before !== undefined) await sessions.link(before, 'before', session);
  const { rows, start } = found;
  return {
    rows: rows.slice(-count),
    positions: () => positionsOfRows(rows, start, session.id, order).slice(-count),
    hasPreviousPage: rows.length > count || found.hasPrevious,
    hasNextPage: before !== undefined,
    total: start.total,
    version: { offset: parts.offset, openedAt: start.openedAt },
  };
}

/** The slice, if a session still stores its rows and the rows before them that their positions remember. */
async function sliceOfStoredRows(
  { sessions, order, offset }: PaginatorParts,
  session: ScrollSession,
  count: number,
  before: Position,
): Promise<Slice | undefined> {
  const end = before.rank - 1;
  const rank = Math.max(session.start.rank, end - count);
  if (rank > end || (end - rank < count && session.hasPrevious)) return undefined;
  const from = Math.max(session.start.rank, rank - maxRecentCids);
  const stored = await sessions.loadRows(session, from, end - from);
  if (stored === undefined) return undefined;
  const earlierRows = stored.slice(0, rank - from);
  const rows = stored.slice(rank - from);
  const start = from === session.start.rank ? session.start : { ...session.start, ...startOfList };
  const rowBefore = positionsOfRows(earlierRows, start, '', order).at(-1) ?? start;
  const cids = [...rows.map(({ cid }) => cid), before.recentCids.at(-1) ?? ''];
  const digest = cids.reduce(subtractFromDigest, before.digest);
  const { total, openedAt } = before;
  return {
    rows,
    positions: () => positionsOfRows(rows, { ...rowBefore, rank, digest, total, openedAt }, session.id, order),
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
async function readReversed(
  { sessions, query }: PaginatorParts,
  order: TimeOrder,
  count: number,
  before: Position | undefined,
): Promise<BackwardRows> {
  const reversedQuery = reverseOrder(query);
  const reverse = reversedQuery.sort?.reverse === true;
  const bounds = before === undefined ? {} : seekBounds(reversedQuery, order, before);
  for (let size = count + 1 + (before?.tiedRows ?? 0); ; size *= 8) {
    const reversedRows: Contact[] = [];
    for await (const page of sessions.readNewScroll(bounds, Math.min(size, pageSize.max), reversedQuery)) {
      for (const row of page.contacts) reversedRows.push(row);
      const rows = inListOrder(reversedRows, order, before, { reverse, isWholeList: page.last });
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
function inListOrder(
  reversedRows: readonly Contact[],
  order: TimeOrder,
  before: Position | undefined,
  options: { reverse: boolean; isWholeList: boolean },
): readonly Contact[] | undefined {
  const ties = before && findTies(reversedRows, before, order, { ...options, needsAllTies: true });
  if (before !== undefined && ties === undefined) return undefined;
  const groups: Contact[][] = [];
  for (const row of reversedRows.slice(ties?.end ?? 0)) {
    const group = groups.at(-1);
    if (group !== undefined && group[0]?.[order] === row[order]) group.push(row);
    else groups.push([row]);
  }
  // More ties of the last group may follow on the next page.
  if (!options.isWholeList) groups.pop();
  return [...groups.reverse().flat(), ...tiesBefore(reversedRows, ties)];
}

function tiesBefore(rows: readonly Contact[], ties: Ties | undefined): readonly Contact[] {
  if (ties === undefined) return [];
  return rows.slice(ties.first, ties.first + ties.upToPosition - (ties.includesOwnRow ? 1 : 0));
}
