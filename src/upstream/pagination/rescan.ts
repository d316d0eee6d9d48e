import { CursorExpired } from '../../errors.ts';
import type { Contact } from '../endpoints/contact.ts';
import type { PaginatorParts } from './paginator.ts';
import { addToDigest, originPosition, type Position } from './position.ts';
import type { BackwardRows, ScrollSession } from './scroll-session.ts';

/** Rows at a time: large, because none of them is shown. */
const size = 1000;

/**
 * Reads a list again from its start up to a position, in an order that cannot be entered in the middle.
 *
 * @returns a walk that goes on behind the position
 * @throws {CursorExpired} when the position is too far from the start, or other rows than then come before it
 */
export async function rescan({ walker, maxRescanRows }: PaginatorParts, after: Position): Promise<ScrollSession> {
  if (after.rank > maxRescanRows) throw expired();
  let digest = 0;
  let rank = 0;
  for await (const page of walker.pages({}, size)) {
    const needed = page.contacts.slice(0, after.rank - rank);
    digest = digestOf(needed, digest);
    rank += needed.length;
    if (rank < after.rank) continue;
    if (digest !== after.digest || needed.at(-1)?.cid !== after.recentCids.at(-1)) break;
    const like = { size, bounds: {}, start: after, hasPrevious: true };
    return walker.begin(page.contacts.slice(needed.length), page, like);
  }
  throw expired();
}

/**
 * The rows before a position, or of the whole list: the last `count` of them, and those before that come with them.
 *
 * @throws {CursorExpired} as `reread` does
 */
export async function rescanBefore(
  { walker, maxRescanRows }: PaginatorParts,
  count: number,
  before: Position | undefined,
): Promise<BackwardRows> {
  const upTo = before?.rank ?? Number.POSITIVE_INFINITY;
  if (before !== undefined && upTo > maxRescanRows) throw expired();
  const rows: Contact[] = [];
  let start = before;
  let skipped = 0;
  let digest = 0;
  for await (const page of walker.pages({}, size)) {
    const reached = skipped + rows.length + page.contacts.length;
    if (before === undefined && Math.max(page.total ?? 0, reached) > maxRescanRows) throw expired();
    start ??= { ...originPosition(page), scrollSessionId: '' };
    for (const row of page.contacts.slice(0, upTo - skipped - rows.length)) rows.push(row);
    const passed = rows.splice(0, Math.max(0, rows.length - Math.max(count + 1, size)));
    digest = digestOf(passed, digest);
    skipped += passed.length;
    if (reached >= upTo) break;
  }
  if (before !== undefined) {
    const found = rows.at(-1)?.cid === before.recentCids.at(-1) && digestOf(rows, digest) === before.digest;
    if (!found) throw expired();
    rows.pop();
  }
  if (start === undefined) throw expired();
  const place = { rank: skipped, sortValue: '', recentCids: [], tiedRows: 0, digest };
  return { rows, start: { ...start, ...place }, hasPrevious: skipped > 0 };
}

function digestOf(rows: readonly Contact[], before: number): number {
  return rows.reduce((digest, { cid }) => addToDigest(digest, cid), before);
}

function expired(): CursorExpired {
  return new CursorExpired(
    'This list has changed, or is too long to be found again in this order. Start again, or order by creation or modification time.',
  );
}
