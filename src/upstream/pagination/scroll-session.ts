import type { Contact } from '../endpoints/contact.ts';
import type { ContactPage, ContactQuery } from '../endpoints/contacts.ts';
import type { LogOffset } from '../write-log/entries.ts';
import type { PositionInList } from './position.ts';

/**
 * A walk: what the gateway remembers of one of the upstream's scrolls, so that clients can read it as they like.
 * Ranks count the rows of a list from 0. A page that the scroll has given is held under the rank of its first row.
 */
export type ScrollSession = {
  readonly id: string;
  /** Rows that the upstream gives at a time; a scroll cannot change it. */
  readonly size: number;
  /** What narrows the scroll beyond the query of the list, because it was opened in the middle. */
  readonly bounds: TimeBounds;
  /** Where the scroll goes on; none when it has ended, or when the walk only holds rows. */
  readonly sid: string | undefined;
  /** Behind the last row there are no more. */
  readonly ended: boolean;
  /** Ranks at which the pages held begin, ascending. */
  readonly pageStarts: readonly number[];
  /** The rank behind the last row read. */
  readonly end: number;
  /** Rows that the scroll has yet to give, where the upstream tells. */
  readonly remaining: number | undefined;
  /** The first row of the page read last: a scroll that gives the same page again runs in a circle. */
  readonly lastPageFirstCid: string | undefined;
  /** The place before its first row. */
  readonly start: PositionInList;
  /** Whether there are rows before that. */
  readonly hasPrevious: boolean;
  /** The changes that its rows hold; put on it when it is kept for the first time. */
  readonly offset?: LogOffset | undefined;
};

/** Rows that were read backward, in the list's own order. */
export type BackwardRows = {
  readonly rows: readonly Contact[];
  readonly start: PositionInList;
  readonly hasPrevious: boolean;
};

/** As milliseconds since 1970, because a walk is also kept as JSON. */
export type TimeBounds = { readonly [K in BoundName]?: number };
type BoundName = 'createdStart' | 'createdEnd' | 'modifiedStart' | 'modifiedEnd';

/** A page beside the rank at which it begins, as a body of the list: bytes cost less than rows until they are read. */
export type StoredPage = { readonly from: number; readonly body: Buffer };

/** One page of a scroll that is read by nobody else; `left` counts down, `last` tells the end. */
export type ScrollPage = ContactPage & { readonly remaining: number | undefined; readonly last: boolean };

/** What the scroll of a walk asks for. */
export function applyBounds(query: ContactQuery, bounds: TimeBounds): ContactQuery {
  const dates = Object.entries(bounds).map(([name, time]) => [name, new Date(time)]);
  return { ...query, ...Object.fromEntries(dates) };
}

/** The walk after one more page of its scroll. */
export function withPage(walk: ScrollSession, page: ContactPage): ScrollSession {
  const count = page.contacts.length;
  const remaining = remainingAfter(walk.remaining, page);
  const ended = isLast(page, remaining);
  const sid = ended ? undefined : page.sid;
  return { ...walk, sid, ended, end: walk.end + count, remaining, lastPageFirstCid: page.contacts[0]?.cid };
}

export function remainingAfter(left: number | undefined, { contacts }: ContactPage): number | undefined {
  return left === undefined ? undefined : Math.max(0, left - contacts.length);
}

/** A short page is not the end: that is an empty page, a missing sid, or the last row where the total is told. */
export function isLast({ contacts, sid }: ContactPage, left: number | undefined): boolean {
  return contacts.length === 0 || sid === undefined || left === 0;
}

/** A scroll never gives a row twice. One that does would go on like that for ever, whatever sid it names. */
export function isLoop(
  { lastPageFirstCid }: Pick<ScrollSession, 'lastPageFirstCid'>,
  { contacts: [first] }: ContactPage,
): boolean {
  return first !== undefined && first.cid === lastPageFirstCid;
}

/** The rows held from a rank on, at most `count`; undefined when one of them is not held, or not any more. */
export async function storedRows(
  walk: ScrollSession,
  rank: number,
  count: number,
  load: (from: number) => Promise<readonly Contact[] | undefined>,
): Promise<readonly Contact[] | undefined> {
  if (rank > walk.end || rank < (walk.pageStarts[0] ?? walk.end)) return undefined;
  const rows: Contact[] = [];
  for (const [index, from] of walk.pageStarts.entries()) {
    const next = walk.pageStarts[index + 1] ?? walk.end;
    if (next <= rank) continue;
    if (from >= rank + count) break;
    const page = await load(from);
    if (page?.length !== next - from) return undefined;
    for (const row of page.slice(Math.max(0, rank - from), rank + count - from)) rows.push(row);
  }
  return rows;
}
