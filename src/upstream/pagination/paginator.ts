import { CursorExpired } from '../../errors.ts';
import { pageSize } from '../wire/index.ts';
import { originPosition, type Position, plausibleTotal, positionsOfRows } from './position.ts';
import { readBackward } from './read-backward.ts';
import { rescan } from './rescan.ts';
import { scrollLost } from './scroll.ts';
import type { ScrollSession } from './scroll-session.ts';
import { createScrollSessions, type ScrollSessions } from './scroll-sessions.ts';
import { rowsAfter } from './seek.ts';
import type { SessionRows } from './session-reader.ts';
import type { PaginatorOptions, PaginatorParts, Slice } from './slice.ts';

/** Reads a list from any position in both directions, over scrolls that only go forward. */
export type Paginator<Row> = {
  /** @throws {CursorExpired} when the position cannot be found any more */
  forward(count: number, after: Position | undefined): Promise<Slice<Row>>;
  /** @throws {CursorExpired} when the position cannot be found any more */
  backward(count: number, before: Position | undefined): Promise<Slice<Row>>;
};

/** A scroll with small pages that would need more calls than this for a large page is not continued: a new one is opened. */
const maxCallsPerPage = 8;

/** Space for the rows of the second beyond a position, where the bounds of a scroll are wider than the position. */
const boundRows = 16;

/**
 * This is the difficult part of pagination. A cursor is a position in a list (ADR 7), and not a scroll: the upstream's
 * scrolls expire within minutes, and return each page only once. To read forward from a position, these are tried in turn:
 *
 * 1. The scroll session of the position still stores the rows: no call.
 * 2. The scroll of that session continues at the position: one call per page.
 * 3. The scroll has expired, or another reader has its lease. In a list by time a new scroll is opened at the position's
 *    time. It starts with rows of the same second (ties), which are skipped up to the position's own row.
 * 4. In other orders the list is rescanned from its start, and continued only if exactly the same rows come first.
 *
 * Reading backward does the same over the reversed order. A position that cannot be found is CURSOR_EXPIRED, and never an
 * empty page.
 */
export function createPaginator<Row>(options: PaginatorOptions<Row>): Paginator<Row> {
  const { list, maxRescanRows, offset } = options;
  const parts: PaginatorParts<Row> = { list, maxRescanRows, offset, sessions: createScrollSessions(options) };
  return {
    forward: (count, after) => readForward(parts, count, after),
    backward: (count, before) => readBackward(parts, count, before),
  };
}

async function readForward<Row>(
  parts: PaginatorParts<Row>,
  count: number,
  after: Position | undefined,
): Promise<Slice<Row>> {
  const { session, rows } = after === undefined ? await readFirst(parts, count) : await readAfter(parts, count, after);
  const before = after ?? session.start;
  const end = before.rank + rows.length;
  const total = session.start.total === undefined ? undefined : plausibleTotal(before.total, end);
  const start = { ...before, total };
  return {
    rows,
    positions: () => positionsOfRows(parts.list, rows, start, session.id),
    hasNextPage: end < session.end || !session.ended,
    hasPreviousPage: after !== undefined,
    total,
    version: { offset: session.offset ?? parts.offset, openedAt: start.openedAt },
  };
}

async function readFirst<Row>({ sessions }: PaginatorParts<Row>, count: number): Promise<SessionRows<Row>> {
  for await (const page of sessions.readNewScroll({}, count)) {
    const settings = { size: count, bounds: {}, start: originPosition(page), hasPrevious: false };
    return takeNew(sessions, sessions.start(page.rows, page, settings, 'opened'), 0, count);
  }
  throw scrollLost();
}

async function readAfter<Row>(parts: PaginatorParts<Row>, count: number, after: Position): Promise<SessionRows<Row>> {
  const { sessions } = parts;
  let slowSession: ScrollSession | undefined;
  for await (const session of sessions.candidates(after, 'after')) {
    const missingRows = after.rank + count - session.end;
    if (session.sid !== undefined && missingRows > maxCallsPerPage * session.size) slowSession ??= session;
    else {
      const taken = await sessions.take(session, after.rank, count);
      if (taken !== undefined) return taken;
    }
  }
  try {
    const taken = await takeNew(sessions, await reopen(parts, count, after), after.rank, count);
    await sessions.link(after, 'after', taken.session);
    return taken;
  } catch (error) {
    if (error instanceof CursorExpired && slowSession !== undefined) {
      const taken = await sessions.take(slowSession, after.rank, count);
      if (taken !== undefined) return taken;
    }
    throw error;
  }
}

/** Starts a session over a new scroll whose first row comes directly after the position. */
async function reopen<Row>(parts: PaginatorParts<Row>, count: number, after: Position): Promise<ScrollSession> {
  const { sessions, list } = parts;
  const { order } = list;
  if (order === undefined || after.sortValue === '') return rescan(parts, after);
  const bounds = order.boundsAt(after);
  // Large enough for the ties that are returned again, so that the page is still one call.
  const size = Math.min(count + after.tiedRows + (order.tiesKeepOrder ? 0 : boundRows), pageSize.max);
  const rows: Row[] = [];
  for await (const page of sessions.readNewScroll(bounds, size)) {
    for (const row of page.rows) rows.push(row);
    const following = rowsAfter(rows, after, list, order, page.last);
    if (following === undefined) continue;
    const settings = { size, bounds, start: after, hasPrevious: true };
    return sessions.start(following, page, settings, 'reopened');
  }
  throw scrollLost();
}

async function takeNew<Row>(
  sessions: ScrollSessions<Row>,
  session: ScrollSession,
  rank: number,
  count: number,
): Promise<SessionRows<Row>> {
  const taken = await sessions.take(session, rank, count);
  if (taken === undefined) throw scrollLost();
  return taken;
}
