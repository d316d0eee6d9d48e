import { randomUUID } from 'node:crypto';
import type { Contact } from '../endpoints/contact.ts';
import type { ContactQuery } from '../endpoints/contacts.ts';
import { acquireLease, leaseWaitMs } from './lease.ts';
import { bodyOf, type ReadRows, rowsOf } from './page-rows.ts';
import { type Position, timeOrderOf } from './position.ts';
import type { Prefetch } from './prefetch.ts';
import { type ContactLists, readScrollPages, undefinedIfScrollExpired } from './scroll.ts';
import {
  applyBounds,
  type BackwardRows,
  isLoop,
  type ScrollPage,
  type ScrollSession,
  storedRows,
  type TimeBounds,
  withPage,
} from './scroll-session.ts';
import type { ScrollSessionStore } from './session-store.ts';

/** Walks over one list of contacts, for one operation. */
export type ScrollSessions = {
  /** The walks that may know what is on one side of a position: its own, then the one that was begun there. */
  known(position: Position, side: Side): AsyncGenerator<ScrollSession>;
  /** Remembers a walk as the one that was begun at a position, for when the same page is asked again. */
  link(position: Position, side: Side, walk: ScrollSession): Promise<void>;
  /** Reads a scroll of its own, page by page. */
  pages(bounds: TimeBounds, size: number, query?: ContactQuery): AsyncGenerator<ScrollPage>;
  /** A walk whose first rows are these, and that goes on where a page of `pages` ends. `take` keeps it. */
  begin(rows: readonly Contact[], page: ScrollPage, like: ScrollSessionStart): ScrollSession;
  /** Keeps rows that were read backward. */
  hold(found: BackwardRows, ended: boolean): Promise<ScrollSession>;
  /** Rows from a rank on that are held, at most `count`; undefined when one of them is not, or not any more. */
  held(walk: ScrollSession, rank: number, count: number): Promise<readonly Contact[] | undefined>;
  /** Up to `count` rows from a rank on; undefined when they are neither held nor to be had from the scroll. */
  take(walk: ScrollSession, rank: number, count: number): Promise<TakenRows | undefined>;
};

export type Side = 'before' | 'after';
export type TakenRows = { walk: ScrollSession; rows: readonly Contact[] };
export type ScrollSessionStart = Pick<ScrollSession, 'size' | 'bounds' | 'start' | 'hasPrevious'>;

export type ScrollSessionsOptions = {
  scrolls: ContactLists;
  store: ScrollSessionStore;
  /** Makes the store's key of a walk: it begins with the caller. */
  keyOf(id: string): string;
  query: ContactQuery;
  prefetch: Prefetch;
  /** Scrolls that are read while no operation waits for them. */
  backgroundLists(): Pick<ContactLists, 'continue'>;
};

/** Pages that a client has read one after the other when it can be expected to go on. */
const steadyPages = 3;

/** Pages of one walk that are held; a client that turns back further costs a call. */
const heldPages = 8;

export function createScrollSessions({
  scrolls,
  store,
  keyOf,
  query,
  prefetch,
  backgroundLists,
}: ScrollSessionsOptions): ScrollSessions {
  // Nobody else knows these walks yet: until they are kept, their scrolls need no claim.
  const begun = new Map<string, ReadRows>();
  const nameOf = ({ scrollSessionId, rank }: Position, side: Side) => keyOf(`${scrollSessionId} ${side} ${rank}`);
  const aheadOf = ({ id }: ScrollSession, rank: number) => keyOf(`${id} ahead ${rank}`);
  const held = (walk: ScrollSession, rank: number, count: number) =>
    storedRows(walk, rank, count, async (from) => {
      const body = await store.page(keyOf(walk.id), from);
      return body && scrolls.read(body);
    });

  /**
   * Reads on, as the only one, up to a rank. All that was read becomes one page, kept once it is clear where the walk
   * stands.
   */
  async function readOn(
    given: ScrollSession,
    first: ReadRows | undefined,
    upTo: number,
    by: Pick<ContactLists, 'continue'> = scrolls,
  ) {
    const from = first === undefined ? given.end : given.start.rank;
    const parts = first === undefined ? [] : [first];
    let walk = given;
    while (walk.end < upTo && walk.sid !== undefined) {
      const asked = applyBounds(query, walk.bounds);
      const page = await by.continue(asked, walk.size, walk.sid).catch(undefinedIfScrollExpired);
      if (page === undefined || isLoop(walk, page)) return undefined;
      parts.push(page);
      walk = withPage(walk, page);
    }
    const rows = rowsOf(parts);
    if (rows.length > 0) walk = { ...walk, pageStarts: [...walk.pageStarts, from].slice(-heldPages) };
    await store.save(keyOf(walk.id), walk, rows.length > 0 ? [{ from, body: bodyOf(parts) }] : []);
    return { walk, rows, parts };
  }

  async function takeRows(given: ScrollSession, rank: number, count: number): Promise<TakenRows | undefined> {
    const first = begun.get(given.id);
    if (first !== undefined) {
      begun.delete(given.id);
      const { start } = given;
      const read = await readOn(given, first, rank + count);
      return read && { walk: read.walk, rows: read.rows.slice(rank - start.rank).slice(0, count) };
    }
    // Of this very rank: who turns back to rows that are held does not wait for the page that is on its way.
    const next = await prefetch.take(aheadOf(given, rank));
    if (next !== undefined && (next.count === count || (next.walk.ended && next.count < count))) {
      return { walk: next.walk, rows: scrolls.read(next.body) };
    }
    const giveUp = performance.now() + leaseWaitMs;
    for (let walk: ScrollSession | undefined = given; walk !== undefined; walk = await store.load(keyOf(given.id))) {
      const rows = await held(walk, rank, count);
      if (rows === undefined) return undefined;
      if (rows.length === count || walk.ended) return { walk, rows };
      if (walk.sid === undefined) return undefined;
      const claim = await acquireLease(store, keyOf(walk.id), walk, giveUp);
      if (claim === 'moved' && performance.now() < giveUp) continue; // whoever waits for the other finds the page in the store
      if (typeof claim === 'string') return undefined;
      const read = await readOn(walk, undefined, rank + count).catch(async (error: unknown) => {
        await claim.release();
        throw error;
      });
      // Whether the upstream has given a page away is unknown: reading on with this sid could skip it.
      if (read === undefined) await claim.release();
      return read && { walk: read.walk, rows: [...rows, ...read.rows].slice(0, count) };
    }
    return undefined;
  }

  /**
   * Reads the next page of a long list while the client is busy with this one. Whoever asks for it meanwhile waits for it
   * as for any other reader. When it fails, the walk has lost its scroll: that must be cheap to open again.
   */
  async function readAhead(walk: ScrollSession): Promise<void> {
    const { size, start, end } = walk;
    if (size < prefetch.rows || end - start.rank < steadyPages * size) return;
    if (timeOrderOf(query) === undefined) return;
    const claim = await store.acquireLease(keyOf(walk.id), walk);
    if (typeof claim === 'string') return;
    prefetch.start(aheadOf(walk, end), async () => {
      const read = await readOn(walk, undefined, end + size, backgroundLists()).catch(() => undefined);
      if (read === undefined) await claim.release();
      const [{ body = undefined } = {}, ...more] = read?.parts ?? [];
      if (read === undefined || body === undefined || more.length > 0) return undefined;
      return { walk: read.walk, count: read.rows.length, body };
    });
  }

  return {
    known: (position, side) => knownWalks(store, keyOf(position.scrollSessionId), nameOf(position, side), keyOf),
    link: (position, side, walk) => store.save(nameOf(position, side), { ...walk, pageStarts: [] }, []),
    pages: (bounds, size, given = query) => readScrollPages(scrolls, applyBounds(given, bounds), size),
    begin(rows, page, like) {
      const { sid, last: ended, remaining, contacts } = page;
      const id = randomUUID();
      // They are the last that were read: as many as the page has are the page.
      begun.set(id, rows.length === contacts.length ? page : { contacts: rows });
      const end = like.start.rank + rows.length;
      return {
        ...like,
        id,
        sid: ended ? undefined : sid,
        ended,
        pageStarts: [],
        end,
        remaining,
        lastPageFirstCid: contacts[0]?.cid,
      };
    },
    async hold({ rows, start, hasPrevious }, ended) {
      const scroll = {
        size: rows.length,
        bounds: {},
        sid: undefined,
        remaining: undefined,
        lastPageFirstCid: undefined,
      };
      const [pageStarts, pages] =
        rows.length === 0 ? [[], []] : [[start.rank], [{ from: start.rank, body: bodyOf([{ contacts: rows }]) }]];
      const walk = {
        ...scroll,
        id: randomUUID(),
        start,
        hasPrevious,
        ended,
        pageStarts,
        end: start.rank + rows.length,
      };
      await store.save(keyOf(walk.id), walk, pages);
      return walk;
    },
    held,
    async take(given, rank, count) {
      const began = performance.now();
      const taken = await takeRows(given, rank, count);
      if (taken === undefined) return undefined;
      // Others would lose patience with a slow upstream, and open scrolls of their own.
      const isQuick = performance.now() - began < leaseWaitMs / 2;
      if (isQuick && taken.walk.end === rank + taken.rows.length) void readAhead(taken.walk);
      return taken;
    },
  };
}

/** The walk of one name, and the one that another name leads to. Not a closure, for the reason that `readPages` is none. */
async function* knownWalks(
  store: ScrollSessionStore,
  own: string,
  link: string,
  keyOf: ScrollSessionsOptions['keyOf'],
) {
  const walk = await store.load(own);
  if (walk !== undefined) yield walk;
  const there = await store.load(link);
  const linked = there && (await store.load(keyOf(there.id)));
  if (linked !== undefined) yield linked;
}
