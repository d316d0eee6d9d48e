import type { Contact } from '../endpoints/contact.ts';
import { pageSize } from '../wire/index.ts';
import type { PaginatorParts, Slice } from './paginator.ts';
import {
  maxRecentCids,
  originPosition,
  type Position,
  positionsOfRows,
  subtractFromDigest,
  type TimeOrder,
} from './position.ts';
import { rescanBefore } from './rescan.ts';
import type { BackwardRows, ScrollSession } from './scroll-session.ts';
import { findTies, reverseOrder, seekBounds } from './seek.ts';

/** The rank of a list's end where nobody has counted its rows: ranks are compared within one walk only. */
const farFromStart = 2 ** 40;

/** The last `count` rows before a position, or of the whole list, in the list's own order. */
export async function readBackward(parts: PaginatorParts, count: number, before: Position | undefined): Promise<Slice> {
  const { walker, order } = parts;
  if (before !== undefined) {
    for await (const walk of walker.known(before, 'before')) {
      const slice = await sliceOfHeld(parts, walk, count, before);
      if (slice !== undefined) return slice;
    }
  }
  const found =
    order === undefined || before?.sortValue === ''
      ? await rescanBefore(parts, count, before)
      : await findByTime(parts, order, count, before);
  const walk = await walker.hold(found, before === undefined);
  if (before !== undefined) await walker.link(before, 'before', walk);
  const { rows, start } = found;
  return {
    rows: rows.slice(-count),
    positions: () => positionsOfRows(rows, start, walk.id, order).slice(-count),
    hasPreviousPage: rows.length > count || found.hasPrevious,
    hasNextPage: before !== undefined,
    total: start.total,
    version: { offset: parts.offset, openedAt: start.openedAt },
  };
}

/** The rows, where a walk still holds them and the neighbours that their positions remember. */
async function sliceOfHeld(
  { walker, order, offset }: PaginatorParts,
  walk: ScrollSession,
  count: number,
  before: Position,
): Promise<Slice | undefined> {
  const end = before.rank - 1;
  const rank = Math.max(walk.start.rank, end - count);
  if (rank > end || (end - rank < count && walk.hasPrevious)) return undefined;
  const from = Math.max(walk.start.rank, rank - maxRecentCids);
  const held = await walker.held(walk, from, end - from);
  if (held === undefined) return undefined;
  const neighbours = held.slice(0, rank - from);
  const rows = held.slice(rank - from);
  const start = from === walk.start.rank ? walk.start : { ...walk.start, sortValue: '', recentCids: [], tiedRows: 0 };
  const place = positionsOfRows(neighbours, start, '', order).at(-1) ?? start;
  const digest = [...rows.map(({ cid }) => cid), before.recentCids.at(-1) ?? ''].reduce(
    subtractFromDigest,
    before.digest,
  );
  const { total, openedAt } = before;
  return {
    rows,
    positions: () => positionsOfRows(rows, { ...place, rank, digest, total, openedAt }, walk.id, order),
    hasPreviousPage: rank > walk.start.rank || walk.hasPrevious,
    hasNextPage: true,
    total,
    version: { offset: walk.offset ?? offset, openedAt },
  };
}

/**
 * The rows from a scroll of the reversed order. Ties come in the same order from both ends, so they are read whole, and
 * all that has been read is answered.
 */
async function findByTime(
  { walker, query }: PaginatorParts,
  order: TimeOrder,
  count: number,
  before: Position | undefined,
): Promise<BackwardRows> {
  const back = reverseOrder(query);
  const reverse = back.sort?.reverse === true;
  const bounds = before === undefined ? {} : seekBounds(back, order, before);
  for (let size = count + 1 + (before?.tiedRows ?? 0); ; size *= 8) {
    const all: Contact[] = [];
    for await (const page of walker.pages(bounds, Math.min(size, pageSize.max), back)) {
      for (const row of page.contacts) all.push(row);
      const rows = turned(all, order, before, { reverse, whole: page.last });
      if (page.last || (rows !== undefined && rows.length >= count)) {
        const start = before ?? originPosition(page);
        const end = before === undefined ? farFromStart : before.rank - 1;
        const place = { rank: end - (rows?.length ?? 0), sortValue: '', recentCids: [], tiedRows: 0, digest: 0 };
        return { rows: rows ?? [], start: { ...start, ...place }, hasPrevious: !page.last };
      }
      // Many contacts share one second: larger pages of a new scroll are fewer than small ones of this.
      if (size < pageSize.max) break;
    }
  }
}

/** The rows of a reversed scroll in the list's own order: those before the position whose ties have all been read. */
function turned(
  rows: readonly Contact[],
  order: TimeOrder,
  before: Position | undefined,
  { reverse, whole }: { reverse: boolean; whole: boolean },
): readonly Contact[] | undefined {
  const ties = before && findTies(rows, before, order, { reverse, whole, complete: true });
  if (before !== undefined && ties === undefined) return undefined;
  const nearest = ties === undefined ? [] : rows.slice(ties.first, ties.first + ties.upTo - (ties.exact ? 1 : 0));
  const groups: Contact[][] = [];
  for (const row of rows.slice(ties?.behind ?? 0)) {
    const group = groups.at(-1);
    if (group !== undefined && group[0]?.[order] === row[order]) group.push(row);
    else groups.push([row]);
  }
  if (!whole) groups.pop();
  return [...groups.reverse().flat(), ...nearest];
}
