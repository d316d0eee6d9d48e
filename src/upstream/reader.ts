import { CursorExpired, UpstreamUnavailable } from '../errors.ts';
import { boundsAt, findTies } from './anchor.ts';
import { readBackward } from './backward.ts';
import type { Contact } from './contact.ts';
import type { Mark } from './notes.ts';
import type { AsOf } from './outdated.ts';
import { originOf, type Position, positionsOf, type TimeOrder, timeOrderOf } from './position.ts';
import { reread } from './reread.ts';
import type { Walk } from './walk.ts';
import { createWalker, type Taken, type Walker, type WalkerOptions } from './walker.ts';
import { pageSize } from './wire.ts';

/** Rows of a list that follow one another, as a connection shows them. */
export type Slice = {
  readonly rows: readonly Contact[];
  /** The position behind each row. */
  positions(): readonly Position[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly total: number | undefined;
  readonly asOf: AsOf;
};

/** Reads a list of contacts from anywhere in both directions, over scrolls that go forward only. */
export type Reader = {
  forward(count: number, after: Position | undefined): Promise<Slice>;
  backward(count: number, before: Position | undefined): Promise<Slice>;
};

export type ReaderOptions = WalkerOptions & {
  /** Rows that may be read again from the start to find a position in an order that is not by time. */
  rereadMax: number;
  /** The changes that are in whatever is read now. */
  mark: Mark | undefined;
};

/** What the parts of a reader share. */
export type ReaderParts = Omit<ReaderOptions, 'ahead' | 'unattended' | 'scrolls' | 'store' | 'keyOf'> & {
  walker: Walker;
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
export function createReader(options: ReaderOptions): Reader {
  const { query, rereadMax, mark } = options;
  const order = timeOrderOf(query);
  const parts: ReaderParts = { query, rereadMax, mark, order, walker: createWalker(options) };
  return {
    forward: (count, after) => readForward(parts, count, after),
    backward: (count, before) => readBackward(parts, count, before),
  };
}

async function readForward(parts: ReaderParts, count: number, after: Position | undefined): Promise<Slice> {
  const { walk, rows } = after === undefined ? await takeFirst(parts, count) : await takeAfter(parts, count, after);
  const start = after ?? walk.start;
  return {
    rows,
    positions: () => positionsOf(rows, start, walk.id, parts.order),
    hasNextPage: start.rank + rows.length < walk.end || !walk.ended,
    hasPreviousPage: after !== undefined,
    total: start.total,
    asOf: { mark: walk.mark ?? parts.mark, openedAt: start.openedAt },
  };
}

async function takeFirst({ walker }: ReaderParts, count: number): Promise<Taken> {
  for await (const page of walker.pages({}, count)) {
    const like = { size: count, bounds: {}, start: originOf(page), hasPrevious: false };
    return takeNew(walker, walker.begin(page.contacts, page, like), 0, count);
  }
  throw gaveUp();
}

async function takeAfter(parts: ReaderParts, count: number, after: Position): Promise<Taken> {
  const { walker } = parts;
  let slow: Walk | undefined;
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
async function startWalk(parts: ReaderParts, count: number, after: Position): Promise<Walk> {
  const { walker, query, order } = parts;
  if (order === undefined || after.value === '') return reread(parts, after);
  const bounds = boundsAt(query, order, after);
  // With room for the ties that come again, so that the page is still one call.
  const size = Math.min(count + after.ties, pageSize.max);
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

async function takeNew(walker: Walker, walk: Walk, rank: number, count: number): Promise<Taken> {
  const taken = await walker.take(walk, rank, count);
  if (taken === undefined) throw gaveUp();
  return taken;
}

/** A scroll that dies while its first page is being filled. */
function gaveUp(): UpstreamUnavailable {
  return new UpstreamUnavailable('The upstream gave up a list that it had just begun.');
}
