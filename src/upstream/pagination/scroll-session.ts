import type { ListPage } from '../endpoints/list-page.ts';
import type { LogOffset } from '../write-log/entries.ts';
import type { PositionInList } from './position.ts';
import { countAfter, isLast, type ScrollCount } from './scroll-count.ts';
import type { Bounds } from './scrolled-list.ts';

/**
 * A scroll session: the gateway's record of one scroll of the upstream and of the pages that it returned, so that clients
 * can read them again. A rank is the number of rows of the list before a row; a page is stored under the rank of its
 * first row. The members are a stored format: a change needs a new version in the Valkey store's prefix.
 */
export type ScrollSession = {
  readonly id: string;
  /** Rows per page of the scroll, which cannot change while the scroll is open. */
  readonly size: number;
  /** Bounds that the scroll has in addition to the list's filter, because it was opened in the middle of the list. */
  readonly bounds: Bounds;
  /** The scroll id of the next page; undefined after the last page, of a lost scroll, and in a session that only stores rows. */
  readonly sid: string | undefined;
  /** Whether the list has no rows after `end`. */
  readonly ended: boolean;
  /** The ranks at which the stored pages start, in ascending order. */
  readonly pageStarts: readonly number[];
  /** The rank after the last row that was read. */
  readonly end: number;
  /** What the upstream states about the number of rows of the scroll. */
  readonly count: ScrollCount | undefined;
  /** The id of the first row of the last page: a scroll that returns it again would never end. */
  readonly lastPageFirstId: string | undefined;
  /** The position before its first row. */
  readonly start: PositionInList;
  /** Whether the list has rows before that. */
  readonly hasPrevious: boolean;
  /** The writes that its rows include; set when the session is saved for the first time. */
  readonly offset?: LogOffset | undefined;
};

/** Rows that were read backward, in the list's own order. */
export type BackwardRows<Row> = {
  readonly rows: readonly Row[];
  readonly start: PositionInList;
  readonly hasPrevious: boolean;
};

/** A page as response body, and the rank of its first row. Most stored pages are never parsed. */
export type StoredPage = { readonly from: number; readonly body: Buffer };

/** One page of a scroll without other readers: the count of the scroll after it, and whether it is the last one. */
export type ScrollPage<Row> = ListPage<Row> & { readonly count: ScrollCount | undefined; readonly last: boolean };

/** The session after one more page of its scroll. A list of which the upstream miscounts the rows has no total any more. */
export function withPage(session: ScrollSession, page: ListPage<unknown>): ScrollSession {
  const count = countAfter(session.count, page);
  const ended = isLast(page, count);
  return {
    ...session,
    sid: ended ? undefined : page.sid,
    ended,
    end: session.end + page.rows.length,
    count,
    lastPageFirstId: page.firstId ?? session.lastPageFirstId,
    start: session.count !== undefined && count === undefined ? { ...session.start, total: undefined } : session.start,
  };
}

/** Whether a scroll returned the same page again. It would do so for ever, even with other sids. */
export function isLoop(
  { lastPageFirstId }: Pick<ScrollSession, 'lastPageFirstId'>,
  { firstId }: Pick<ListPage<unknown>, 'firstId'>,
): boolean {
  return firstId !== undefined && firstId === lastPageFirstId;
}

/**
 * Loads rows of a session's stored pages.
 *
 * @param loadPage loads the rows of the page that starts at a rank
 * @returns at most `count` rows from a rank on; undefined when one of them is not stored
 */
export async function storedRows<Row>(
  session: ScrollSession,
  rank: number,
  count: number,
  loadPage: (from: number) => Promise<readonly Row[] | undefined>,
): Promise<readonly Row[] | undefined> {
  if (rank > session.end || rank < (session.pageStarts[0] ?? session.end)) return undefined;
  const rows: Row[] = [];
  for (const [index, from] of session.pageStarts.entries()) {
    const end = session.pageStarts[index + 1] ?? session.end;
    if (end <= rank) continue;
    if (from >= rank + count) break;
    const page = await loadPage(from);
    if (page?.length !== end - from) return undefined;
    for (const row of page.slice(Math.max(0, rank - from), rank + count - from)) rows.push(row);
  }
  return rows;
}
