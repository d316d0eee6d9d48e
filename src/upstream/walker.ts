import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Conflict, Gone, NotFound, UpstreamBadResponse, UpstreamUnavailable } from '../errors.ts';
import type { Contact } from './contact.ts';
import { type ContactPage, type ContactQuery, writeContacts } from './contacts.ts';
import type { Position } from './position.ts';
import type { Scrolls } from './scroll.ts';
import {
  type Bounds,
  boundedBy,
  type Found,
  heldRows,
  isLast,
  isLoop,
  leftAfter,
  type OwnPage,
  type Walk,
  withPage,
} from './walk.ts';
import type { Claim, WalkStore } from './walk-store.ts';

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
};

/** Rows that were read, beside the body that they came in, if it holds no others. */
type Part = Pick<ContactPage, 'contacts'> & Partial<Pick<ContactPage, 'body'>>;

/** How long to wait for another reader of the same scroll, in ms; then a scroll of one's own is faster. */
const patience = 700;

/** Pages of one walk that are held; a client that turns back further costs a call. */
const heldPages = 8;

export function createWalker({ scrolls, store, keyOf, query }: WalkerOptions): Walker {
  // Nobody else knows these walks yet: until they are kept, their scrolls need no claim.
  const begun = new Map<string, Part>();
  const nameOf = ({ walk, rank }: Position, side: Side) => keyOf(`${walk} ${side} ${rank}`);
  const held = (walk: Walk, rank: number, count: number) =>
    heldRows(walk, rank, count, async (from) => {
      const body = await store.page(keyOf(walk.id), from);
      return body && scrolls.read(body);
    });

  /**
   * Reads on, as the only one, up to a rank. All that was read becomes one page, kept once it is clear where the walk
   * stands.
   */
  async function readOn(given: Walk, from: number, first: Part | undefined, upTo: number) {
    const parts = first === undefined ? [] : [first];
    let walk = given;
    while (walk.end < upTo && walk.sid !== undefined) {
      const asked = boundedBy(query, walk.bounds);
      const page = await scrolls.continue(asked, walk.size, walk.sid).catch(undefinedIfDead);
      if (page === undefined || isLoop(walk, page)) return undefined;
      parts.push(page);
      walk = withPage(walk, page);
    }
    const rows = rowsOf(parts);
    if (rows.length > 0) walk = { ...walk, starts: [...walk.starts, from].slice(-heldPages) };
    await store.save(keyOf(walk.id), walk, rows.length > 0 ? [{ from, body: bodyOf(parts) }] : []);
    return { walk, rows };
  }

  return {
    async *known(position, side) {
      const own = await store.load(keyOf(position.walk));
      if (own !== undefined) yield own;
      const there = await store.load(nameOf(position, side));
      const walk = there && (await store.load(keyOf(there.id)));
      if (walk !== undefined) yield walk;
    },
    link: (position, side, walk) => store.save(nameOf(position, side), { ...walk, starts: [] }, []),
    async *pages(bounds, size, given = query) {
      const asked = boundedBy(given, bounds);
      let page = await scrolls.open(asked, size);
      let left = page.total;
      for (;;) {
        left = leftAfter(left, page);
        const last = isLast(page, left);
        yield { ...page, left, last };
        const { sid, contacts } = page;
        if (last || sid === undefined) return;
        page = await scrolls.continue(asked, size, sid).catch(unavailableIfDead);
        if (isLoop({ lastFirst: contacts[0]?.cid }, page)) {
          throw new UpstreamBadResponse('The upstream answered with the same page of a list again.');
        }
      }
    },
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
        rows.length === 0 ? [[], []] : [[start.rank], [{ from: start.rank, body: writeContacts(rows) }]];
      const walk = { ...scroll, id: randomUUID(), start, hasPrevious, ended, starts, end: start.rank + rows.length };
      await store.save(keyOf(walk.id), walk, pages);
      return walk;
    },
    held,
    async take(given, rank, count) {
      const first = begun.get(given.id);
      if (first !== undefined) {
        begun.delete(given.id);
        const { start } = given;
        const read = await readOn(given, start.rank, first, rank + count);
        return read && { walk: read.walk, rows: read.rows.slice(rank - start.rank).slice(0, count) };
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
        const read = await readOn(walk, walk.end, undefined, rank + count).catch(async (error: unknown) => {
          await claim.release();
          throw error;
        });
        // Whether the upstream has given a page away is unknown: reading on with this sid could skip it.
        if (read === undefined) await claim.release();
        return read && { walk: read.walk, rows: [...rows, ...read.rows].slice(0, count) };
      }
      return undefined;
    },
  };
}

function rowsOf(parts: readonly Part[]): readonly Contact[] {
  return parts.length === 1 ? (parts[0]?.contacts ?? []) : parts.flatMap(({ contacts }) => contacts);
}

/** What came whole is kept as it came: a page of a thousand rows costs nothing then. */
function bodyOf(parts: readonly Part[]): Buffer {
  const [{ body = undefined } = {}, ...more] = parts.filter(({ contacts }) => contacts.length > 0);
  return body !== undefined && more.length === 0 ? body : writeContacts(rowsOf(parts));
}

/** A sid dies minutes after its last use and cannot be read twice; the upstream answers 404, 409 or 410 then. */
function undefinedIfDead(error: unknown): undefined {
  if (!(error instanceof NotFound || error instanceof Conflict || error instanceof Gone)) throw error;
}

/** A scroll that nobody else has read from dies of the upstream's own troubles only. */
function unavailableIfDead(error: unknown): never {
  undefinedIfDead(error);
  throw new UpstreamUnavailable('The upstream gave up a list that it had just begun.', { cause: error });
}

async function claimPatiently(store: WalkStore, key: string, walk: Walk, giveUp: number): Promise<Claim> {
  for (;;) {
    const claim = await store.claim(key, walk);
    if (claim !== 'busy' || performance.now() > giveUp) return claim;
    await wait(20);
  }
}
