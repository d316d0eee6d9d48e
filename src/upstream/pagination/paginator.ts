import { CursorExpired } from '../../errors.ts';
import type { Contact } from '../endpoints/contact.ts';
import { pageSize } from '../wire/index.ts';
import { originPosition, type Position, plausibleTotal, positionsOfRows, timeOrderOf } from './position.ts';
import { readBackward } from './read-backward.ts';
import { rescan } from './rescan.ts';
import { scrollLost } from './scroll.ts';
import type { ScrollSession } from './scroll-session.ts';
import { createScrollSessions, type ScrollSessions } from './scroll-sessions.ts';
import { findTies, seekBounds } from './seek.ts';
import type { SessionRows } from './session-reader.ts';
import type { PaginatorOptions, PaginatorParts, Slice } from './slice.ts';

/** Reads a list of contacts from any position in both directions, over scrolls that only go forward. */
export type Paginator = {
  /** @throws {CursorExpired} when the position cannot be found any more */
  forward(count: number, after: Position | undefined): Promise<Slice>;
  /** @throws {CursorExpired} when the position cannot be found any more */
  backward(count: number, before: Position | undefined): Promise<Slice>;
};

/** A scroll with small pages that would need more calls than this for a large page is not continued: a new one is opened. */
const maxCallsPerPage = 8;

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
export function createPaginator(options: PaginatorOptions): Paginator {
  const { query, maxRescanRows, offset } = options;
  const sessions = createScrollSessions(options);
  const parts: PaginatorParts = { query, maxRescanRows, offset, order: timeOrderOf(query), sessions };
  return {
    forward: (count, after) => readForward(parts, count, after),
    backward: (count, before) => readBackward(parts, count, before),
  };
}

async function readForward(parts: PaginatorParts, count: number, after: Position | undefined): Promise<Slice> {
  const { session, rows } = after === undefined ? await readFirst(parts, count) : await readAfter(parts, count, after);
  const before = after ?? session.start;
  const end = before.rank + rows.length;
  const total = session.start.total === undefined ? undefined : plausibleTotal(before.total, end);
  const start = { ...before, total };
  return {
    rows,
    positions: () => positionsOfRows(rows, start, session.id, parts.order),
    hasNextPage: end < session.end || !session.ended,
    hasPreviousPage: after !== undefined,
    total,
    version: { offset: session.offset ?? parts.offset, openedAt: start.openedAt },
  };
}

async function readFirst({ sessions }: PaginatorParts, count: number): Promise<SessionRows> {
  for await (const page of sessions.readNewScroll({}, count)) {
    const settings = { size: count, bounds: {}, start: originPosition(page), hasPrevious: false };
    return takeNew(sessions, sessions.start(page.contacts, page, settings), 0, count);
  }
  throw scrollLost();
}

async function readAfter(parts: PaginatorParts, count: number, after: Position): Promise<SessionRows> {
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
async function reopen(parts: PaginatorParts, count: number, after: Position): Promise<ScrollSession> {
  const { sessions, query, order } = parts;
  if (order === undefined || after.sortValue === '') return rescan(parts, after);
  const bounds = seekBounds(query, order, after);
  // Large enough for the ties that are returned again, so that the page is still one call.
  const size = Math.min(count + after.tiedRows, pageSize.max);
  const reverse = query.sort?.reverse === true;
  const rows: Contact[] = [];
  for await (const page of sessions.readNewScroll(bounds, size)) {
    for (const row of page.contacts) rows.push(row);
    const ties = findTies(rows, after, order, { reverse, isWholeList: page.last, needsAllTies: false });
    if (ties === undefined) continue;
    const settings = { size, bounds, start: after, hasPrevious: true };
    return sessions.start(rows.slice(ties.first + ties.upToPosition), page, settings);
  }
  throw scrollLost();
}

async function takeNew(
  sessions: ScrollSessions,
  session: ScrollSession,
  rank: number,
  count: number,
): Promise<SessionRows> {
  const taken = await sessions.take(session, rank, count);
  if (taken === undefined) throw scrollLost();
  return taken;
}
