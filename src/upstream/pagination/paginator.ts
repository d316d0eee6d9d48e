import { CursorExpired, UpstreamUnavailable } from '../../errors.ts';
import type { Contact } from '../endpoints/contact.ts';
import { pageSize } from '../wire/index.ts';
import type { LogOffset } from '../write-log/entries.ts';
import type { RowVersion } from '../write-log/stale-rows.ts';
import { originPosition, type Position, positionsOfRows, type TimeOrder, timeOrderOf } from './position.ts';
import { readBackward } from './read-backward.ts';
import { rescan } from './rescan.ts';
import type { ScrollSession } from './scroll-session.ts';
import {
  createScrollSessions,
  type ScrollSessions,
  type ScrollSessionsOptions,
  type TakenRows,
} from './scroll-sessions.ts';
import { findTies, seekBounds } from './seek.ts';

/** Rows of a list that follow one another, as a connection shows them. */
export type Slice = {
  readonly rows: readonly Contact[];
  /** The position behind each row. */
  positions(): readonly Position[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly total: number | undefined;
  readonly version: RowVersion;
};

/** Reads a list of contacts from anywhere in both directions, over scrolls that go forward only. */
export type Paginator = {
  forward(count: number, after: Position | undefined): Promise<Slice>;
  backward(count: number, before: Position | undefined): Promise<Slice>;
};

export type PaginatorOptions = ScrollSessionsOptions & {
  /** Rows that may be read again from the start to find a position in an order that is not by time. */
  maxRescanRows: number;
  /** The changes that are in whatever is read now. */
  offset: LogOffset | undefined;
};

/** What the parts of a reader share. */
export type PaginatorParts = Omit<PaginatorOptions, 'prefetch' | 'backgroundLists' | 'scrolls' | 'store' | 'keyOf'> & {
  walker: ScrollSessions;
  order: TimeOrder | undefined;
};

/** A walk of small pages that would need more calls than this for a large one is left for a new one. */
const patientCalls = 8;

/**
 * The one hard thing. A cursor is a position (who stood where), not a scroll. Forward from it, in this order:
 *
 * 1. The walk that the position belongs to still holds the rows: no call.
 * 2. Its scroll goes on from there: one call per page.
 * 3. The scroll is dead, lost, or being read by somebody else: ordered by time, a new scroll is opened at the
 *    position's time, and its ties are skipped up to the position's row.
 * 4. In other orders the list is read again from the start, and goes on only if exactly the same rows came before.
 *
 * Backward is the same over the reversed order. What cannot be found again is CURSOR_EXPIRED, never an empty page.
 */
export function createPaginator(options: PaginatorOptions): Paginator {
  const { query, maxRescanRows, offset } = options;
  const order = timeOrderOf(query);
  const parts: PaginatorParts = { query, maxRescanRows, offset, order, walker: createScrollSessions(options) };
  return {
    forward: (count, after) => readForward(parts, count, after),
    backward: (count, before) => readBackward(parts, count, before),
  };
}

async function readForward(parts: PaginatorParts, count: number, after: Position | undefined): Promise<Slice> {
  const { walk, rows } = after === undefined ? await takeFirst(parts, count) : await takeAfter(parts, count, after);
  const start = after ?? walk.start;
  return {
    rows,
    positions: () => positionsOfRows(rows, start, walk.id, parts.order),
    hasNextPage: start.rank + rows.length < walk.end || !walk.ended,
    hasPreviousPage: after !== undefined,
    total: start.total,
    version: { offset: walk.offset ?? parts.offset, openedAt: start.openedAt },
  };
}

async function takeFirst({ walker }: PaginatorParts, count: number): Promise<TakenRows> {
  for await (const page of walker.pages({}, count)) {
    const like = { size: count, bounds: {}, start: originPosition(page), hasPrevious: false };
    return takeNew(walker, walker.begin(page.contacts, page, like), 0, count);
  }
  throw gaveUp();
}

async function takeAfter(parts: PaginatorParts, count: number, after: Position): Promise<TakenRows> {
  const { walker } = parts;
  let slow: ScrollSession | undefined;
  for await (const walk of walker.known(after, 'after')) {
    if (walk.sid !== undefined && after.rank + count - walk.end > patientCalls * walk.size) slow ??= walk;
    else {
      const taken = await walker.take(walk, after.rank, count);
      if (taken !== undefined) return taken;
    }
  }
  try {
    const taken = await takeNew(walker, await startWalk(parts, count, after), after.rank, count);
    await walker.link(after, 'after', taken.walk);
    return taken;
  } catch (error) {
    const taken = error instanceof CursorExpired && slow && (await walker.take(slow, after.rank, count));
    if (taken) return taken;
    throw error;
  }
}

/** A walk over a new scroll whose first row is the one behind the position. */
async function startWalk(parts: PaginatorParts, count: number, after: Position): Promise<ScrollSession> {
  const { walker, query, order } = parts;
  if (order === undefined || after.sortValue === '') return rescan(parts, after);
  const bounds = seekBounds(query, order, after);
  // With room for the ties that come again, so that the page is still one call.
  const size = Math.min(count + after.tiedRows, pageSize.max);
  const reverse = query.sort?.reverse === true;
  const rows: Contact[] = [];
  for await (const page of walker.pages(bounds, size)) {
    for (const row of page.contacts) rows.push(row);
    const ties = findTies(rows, after, order, { reverse, whole: page.last, complete: false });
    if (ties === undefined) continue;
    const like = { size, bounds, start: after, hasPrevious: true };
    return walker.begin(rows.slice(ties.first + ties.upTo), page, like);
  }
  throw gaveUp();
}

async function takeNew(walker: ScrollSessions, walk: ScrollSession, rank: number, count: number): Promise<TakenRows> {
  const taken = await walker.take(walk, rank, count);
  if (taken === undefined) throw gaveUp();
  return taken;
}

/** A scroll that dies while its first page is being filled. */
function gaveUp(): UpstreamUnavailable {
  return new UpstreamUnavailable('The upstream gave up a list that it had just begun.');
}
