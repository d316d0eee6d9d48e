import { randomUUID } from 'node:crypto';
import { claimPatiently, patience } from './claim.ts';
import type { Contact } from './contact.ts';
import type { ContactQuery } from './contacts.ts';
import { bodyOf, type Part, rowsOf } from './part.ts';
import { type Position, timeOrderOf } from './position.ts';
import type { ReadAhead } from './read-ahead.ts';
import { readPages, type Scrolls, undefinedIfDead } from './scroll.ts';
import { type Bounds, boundedBy, type Found, heldRows, isLoop, type OwnPage, type Walk, withPage } from './walk.ts';
import type { WalkStore } from './walk-store.ts';

/** Walks over one list of contacts, for one operation. */
export type Walker = {
  /** The walks that may know what is on one side of a position: its own, then the one that was begun there. */
  known(position: Position, side: Side): AsyncGenerator<Walk>;
  /** Remembers a walk as the one that was begun at a position, for when the same page is asked again. */
  link(position: Position, side: Side, walk: Walk): Promise<void>;
  /** Reads a scroll of its own, page by page. */
  pages(bounds: Bounds, size: number, query?: ContactQuery): AsyncGenerator<OwnPage>;
  /** A walk whose first rows are these, and that goes on where a page of `pages` ends. `take` keeps it. */
  begin(rows: readonly Contact[], page: OwnPage, like: WalkStart): Walk;
  /** Keeps rows that were read backward. */
  hold(found: Found, ended: boolean): Promise<Walk>;
  /** Rows from a rank on that are held, at most `count`; undefined when one of them is not, or not any more. */
  held(walk: Walk, rank: number, count: number): Promise<readonly Contact[] | undefined>;
  /** Up to `count` rows from a rank on; undefined when they are neither held nor to be had from the scroll. */
  take(walk: Walk, rank: number, count: number): Promise<Taken | undefined>;
};

export type Side = 'before' | 'after';
export type Taken = { walk: Walk; rows: readonly Contact[] };
export type WalkStart = Pick<Walk, 'size' | 'bounds' | 'start' | 'hasPrevious'>;

export type WalkerOptions = {
  scrolls: Scrolls;
  store: WalkStore;
  /** Makes the store's key of a walk: it begins with the caller. */
  keyOf(id: string): string;
  query: ContactQuery;
  ahead: ReadAhead;
  /** Scrolls that are read while no operation waits for them. */
  unattended(): Pick<Scrolls, 'continue'>;
};

/** Pages that a client has read one after the other when it can be expected to go on. */
const steadyPages = 3;

/** Pages of one walk that are held; a client that turns back further costs a call. */
const heldPages = 8;

export function createWalker({ scrolls, store, keyOf, query, ahead, unattended }: WalkerOptions): Walker {
  // Nobody else knows these walks yet: until they are kept, their scrolls need no claim.
  const begun = new Map<string, Part>();
  const nameOf = ({ walk, rank }: Position, side: Side) => keyOf(`${walk} ${side} ${rank}`);
  const aheadOf = ({ id }: Walk, rank: number) => keyOf(`${id} ahead ${rank}`);
  const held = (walk: Walk, rank: number, count: number) =>
    heldRows(walk, rank, count, async (from) => {
      const body = await store.page(keyOf(walk.id), from);
      return body && scrolls.read(body);
    });

  /**
   * Reads on, as the only one, up to a rank. All that was read becomes one page, kept once it is clear where the walk
   * stands.
   */
  async function readOn(given: Walk, first: Part | undefined, upTo: number, by: Pick<Scrolls, 'continue'> = scrolls) {
    const from = first === undefined ? given.end : given.start.rank;
    const parts = first === undefined ? [] : [first];
    let walk = given;
    while (walk.end < upTo && walk.sid !== undefined) {
      const asked = boundedBy(query, walk.bounds);
      const page = await by.continue(asked, walk.size, walk.sid).catch(undefinedIfDead);
      if (page === undefined || isLoop(walk, page)) return undefined;
      parts.push(page);
      walk = withPage(walk, page);
    }
    const rows = rowsOf(parts);
    if (rows.length > 0) walk = { ...walk, starts: [...walk.starts, from].slice(-heldPages) };
    await store.save(keyOf(walk.id), walk, rows.length > 0 ? [{ from, body: bodyOf(parts) }] : []);
    return { walk, rows, parts };
  }

  async function takeRows(given: Walk, rank: number, count: number): Promise<Taken | undefined> {
    const first = begun.get(given.id);
    if (first !== undefined) {
      begun.delete(given.id);
      const { start } = given;
      const read = await readOn(given, first, rank + count);
      return read && { walk: read.walk, rows: read.rows.slice(rank - start.rank).slice(0, count) };
    }
    // Of this very rank: who turns back to rows that are held does not wait for the page that is on its way.
    const next = await ahead.take(aheadOf(given, rank));
    if (next !== undefined && (next.count === count || (next.walk.ended && next.count < count))) {
      return { walk: next.walk, rows: scrolls.read(next.body) };
    }
    const giveUp = performance.now() + patience;
    for (let walk: Walk | undefined = given; walk !== undefined; walk = await store.load(keyOf(given.id))) {
      const rows = await held(walk, rank, count);
      if (rows === undefined) return undefined;
      if (rows.length === count || walk.ended) return { walk, rows };
      if (walk.sid === undefined) return undefined;
      const claim = await claimPatiently(store, keyOf(walk.id), walk, giveUp);
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
  async function readAhead(walk: Walk): Promise<void> {
    const { size, start, end } = walk;
    if (size < ahead.rows || end - start.rank < steadyPages * size) return;
    if (timeOrderOf(query) === undefined) return;
    const claim = await store.claim(keyOf(walk.id), walk);
    if (typeof claim === 'string') return;
    ahead.start(aheadOf(walk, end), async () => {
      const read = await readOn(walk, undefined, end + size, unattended()).catch(() => undefined);
      if (read === undefined) await claim.release();
      const [{ body = undefined } = {}, ...more] = read?.parts ?? [];
      if (read === undefined || body === undefined || more.length > 0) return undefined;
      return { walk: read.walk, count: read.rows.length, body };
    });
  }

  return {
    known: (position, side) => knownWalks(store, keyOf(position.walk), nameOf(position, side), keyOf),
    link: (position, side, walk) => store.save(nameOf(position, side), { ...walk, starts: [] }, []),
    pages: (bounds, size, given = query) => readPages(scrolls, boundedBy(given, bounds), size),
    begin(rows, page, like) {
      const { sid, last: ended, left, contacts } = page;
      const id = randomUUID();
      // They are the last that were read: as many as the page has are the page.
      begun.set(id, rows.length === contacts.length ? page : { contacts: rows });
      const end = like.start.rank + rows.length;
      return { ...like, id, sid: ended ? undefined : sid, ended, starts: [], end, left, lastFirst: contacts[0]?.cid };
    },
    async hold({ rows, start, hasPrevious }, ended) {
      const scroll = { size: rows.length, bounds: {}, sid: undefined, left: undefined, lastFirst: undefined };
      const [starts, pages] =
        rows.length === 0 ? [[], []] : [[start.rank], [{ from: start.rank, body: bodyOf([{ contacts: rows }]) }]];
      const walk = { ...scroll, id: randomUUID(), start, hasPrevious, ended, starts, end: start.rank + rows.length };
      await store.save(keyOf(walk.id), walk, pages);
      return walk;
    },
    held,
    async take(given, rank, count) {
      const began = performance.now();
      const taken = await takeRows(given, rank, count);
      if (taken === undefined) return undefined;
      // Others would lose patience with a slow upstream, and open scrolls of their own.
      const isQuick = performance.now() - began < patience / 2;
      if (isQuick && taken.walk.end === rank + taken.rows.length) void readAhead(taken.walk);
      return taken;
    },
  };
}

/** The walk of one name, and the one that another name leads to. Not a closure, for the reason that `readPages` is none. */
async function* knownWalks(store: WalkStore, own: string, link: string, keyOf: WalkerOptions['keyOf']) {
  const walk = await store.load(own);
  if (walk !== undefined) yield walk;
  const there = await store.load(link);
  const linked = there && (await store.load(keyOf(there.id)));
  if (linked !== undefined) yield linked;
}
