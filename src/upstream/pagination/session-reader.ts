import { acquireLease, leaseWaitMs } from './lease.ts';
import { bodyOf, type ReadRows, rowsOf } from './page-rows.ts';
import type { Prefetch } from './prefetch.ts';
import { scrollLoops, undefinedIfScrollExpired } from './scroll.ts';
import { rowsMissing, statesEnd } from './scroll-count.ts';
import { isLoop, type ScrollSession, storedRows, withPage } from './scroll-session.ts';
import type { ScrolledList } from './scrolled-list.ts';
import type { ScrollSessionStore } from './session-store.ts';

/** What the scroll sessions of one list are read from. */
export type ScrollSessionsOptions<Row> = {
  list: ScrolledList<Row>;
  store: ScrollSessionStore;
  /** Makes the store's key from the id of a session: it starts with the caller. */
  keyOf(id: string): string;
  prefetch: Prefetch;
  /** Called when a scroll session was started, and for each page with which its scroll was continued. */
  onScroll?: ((event: ScrollEvent) => void) | undefined;
  /** Creates the same list for prefetching, which may outlive the operation. */
  backgroundList(): Pick<ScrolledList<Row>, 'continue'>;
};

/**
 * What happened to a scroll: `opened` at the start of a list or at its end, `continued` with a further page, `reopened` at a
 * position, `rescanned` from the start of a list to find a position.
 */
export type ScrollEvent = 'opened' | 'continued' | 'reopened' | 'rescanned';

/** Rows, and the session after they were read. */
export type SessionRows<Row> = { session: ScrollSession; rows: readonly Row[] };
/** Reads rows of scroll sessions, from their stored pages or from their scrolls. */
export type SessionReader<Row> = {
  /** Loads at most `count` stored rows from a rank on; undefined when one of them is not stored. */
  loadRows(session: ScrollSession, rank: number, count: number): Promise<readonly Row[] | undefined>;
  /** Reads `count` rows from a rank on, fewer at the end; undefined when they are not stored and the scroll is lost. */
  take(session: ScrollSession, rank: number, count: number): Promise<SessionRows<Row> | undefined>;
  /** Adds the first rows of a session that is not saved yet: its scroll has no other reader and needs no lease. */
  addStarted(session: ScrollSession, rows: ReadRows<Row>): void;
};

/** The number of pages after which a client that has read all of them is expected to read the next one. */
const pagesBeforePrefetch = 3;

/** Maximum number of stored pages of one session. A client that goes back further costs a call. */
const maxStoredPages = 8;

/** Creates the reader of one operation's scroll sessions. */
export function createSessionReader<Row>(options: ScrollSessionsOptions<Row>): SessionReader<Row> {
  const { list, store, keyOf, prefetch, backgroundList, onScroll } = options;
  const started = new Map<string, ReadRows<Row>>();
  const prefetchKey = ({ id }: ScrollSession, rank: number) => keyOf(`${id} prefetch ${rank}`);

  function loadRows(session: ScrollSession, rank: number, count: number): Promise<readonly Row[] | undefined> {
    return storedRows(session, rank, count, async (from) => {
      const body = await store.page(keyOf(session.id), from);
      return body && list.read(body);
    });
  }

  /**
   * Continues a scroll up to a rank, as its only reader; where the upstream states that the list ends there, one page
   * further, which confirms it. All rows become one stored page, which is saved only when the new state of the session is
   * certain.
   *
   * A scroll that ends while rows are due is lost, but what it returned is right: a new session keeps it, and the next page
   * is read from a new scroll.
   *
   * @param first rows of the session that are not saved yet
   * @returns undefined when the scroll is lost
   * @throws {UpstreamBadResponse} when a new session gets no row although rows are due, or the same page twice
   */
  async function continueScroll(
    session: ScrollSession,
    first: ReadRows<Row> | undefined,
    upTo: number,
    source: Pick<ScrolledList<Row>, 'continue'> = list,
  ) {
    const from = first === undefined ? session.end : session.start.rank;
    const pages = first === undefined ? [] : [first];
    let current = session;
    for (let wasEmpty = false; current.sid !== undefined && (current.end < upTo || statesEnd(current.count)); ) {
      const next = source.continue(current.size, current.bounds, current.sid);
      const page = await next.catch(undefinedIfScrollExpired);
      if (page === undefined) return undefined;
      if (isLoop(current, page)) {
        if (first === undefined) return undefined;
        throw scrollLoops();
      }
      pages.push(page);
      const before = current;
      current = withPage(before, page);
      if (before.count !== undefined && current.count === undefined) list.reportWrongTotal();
      // An empty page may be in the middle of the list, but not two of them.
      const isEmpty = page.returned === 0;
      if (isEmpty && wasEmpty) current = { ...current, sid: undefined };
      wasEmpty = isEmpty;
    }
    const rows = rowsOf(pages);
    if (current.sid === undefined && !current.ended && current.end < upTo) {
      if (first === undefined) return undefined;
      if (rows.length === 0) throw rowsMissing();
    }
    if (rows.length > 0) current = { ...current, pageStarts: [...current.pageStarts, from].slice(-maxStoredPages) };
    await store.save(keyOf(current.id), current, rows.length > 0 ? [{ from, body: bodyOf(list, pages) }] : []);
    if (first === undefined) onScroll?.('continued');
    return { session: current, rows, pages };
  }

  async function readRows(session: ScrollSession, rank: number, count: number): Promise<SessionRows<Row> | undefined> {
    const first = started.get(session.id);
    if (first !== undefined) {
      started.delete(session.id);
      const read = await continueScroll(session, first, rank + count);
      return read && { session: read.session, rows: read.rows.slice(rank - session.start.rank).slice(0, count) };
    }
    // The key includes the rank, so a client that goes back to stored rows does not wait for a pending page.
    const next = await prefetch.take(prefetchKey(session, rank));
    if (next !== undefined && (next.count === count || (next.session.ended && next.count < count))) {
      return { session: next.session, rows: list.read(next.body) };
    }
    return readShared(session, rank, count);
  }

  /** Reads stored rows, and the rest from the scroll under a lease, because other operations may read it too. */
  async function readShared(
    session: ScrollSession,
    rank: number,
    count: number,
  ): Promise<SessionRows<Row> | undefined> {
    const key = keyOf(session.id);
    const waitUntil = performance.now() + leaseWaitMs;
    for (let current: ScrollSession | undefined = session; current !== undefined; current = await store.load(key)) {
      const rows = await loadRows(current, rank, count);
      if (rows === undefined) return undefined;
      if (rows.length === count || current.ended) return { session: current, rows };
      if (current.sid === undefined) return undefined;
      const lease = await acquireLease(store, key, current, waitUntil);
      // Another reader has continued the scroll: its page is in the store.
      if (lease === 'moved' && performance.now() < waitUntil) continue;
      if (typeof lease === 'string') return undefined;
      const read = await continueScroll(current, undefined, rank + count).catch(async (error: unknown) => {
        await lease.release();
        throw error;
      });
      // It is unknown which page the upstream returned last: continuing with this sid could skip one.
      if (read === undefined) await lease.release();
      return read && { session: read.session, rows: [...rows, ...read.rows].slice(0, count) };
    }
    return undefined;
  }

  /**
   * Reads the next page of a long list while the client processes this one. A request for it waits as it does for any
   * other reader. A failure loses the session's scroll, so only lists by time are prefetched: those are cheap to reopen.
   */
  async function prefetchNext(session: ScrollSession): Promise<void> {
    const { size, start, end } = session;
    if (size < prefetch.minRows || end - start.rank < pagesBeforePrefetch * size) return;
    if (list.order === undefined) return;
    const lease = await store.acquireLease(keyOf(session.id), session);
    if (typeof lease === 'string') return;
    prefetch.start(prefetchKey(session, end), async () => {
      const read = await continueScroll(session, undefined, end + size, backgroundList()).catch(() => undefined);
      if (read === undefined) await lease.release();
      const [{ body = undefined } = {}, ...more] = read?.pages.filter(({ rows }) => rows.length > 0) ?? [];
      if (read === undefined || body === undefined || more.length > 0) return undefined;
      return { session: read.session, count: read.rows.length, body };
    });
  }

  return {
    addStarted: (session, rows) => void started.set(session.id, rows),
    loadRows,
    async take(session, rank, count) {
      const startedAt = performance.now();
      const taken = await readRows(session, rank, count);
      if (taken === undefined) return undefined;
      // With a slow upstream the prefetch would hold the lease longer than other readers wait for it.
      const isQuick = performance.now() - startedAt < leaseWaitMs / 2;
      if (isQuick && taken.session.end === rank + taken.rows.length) void prefetchNext(taken.session);
      return taken;
    },
  };
}
