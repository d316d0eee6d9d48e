import type { Contact } from '../endpoints/contact.ts';
import type { ContactPage, ContactQuery } from '../endpoints/contacts.ts';

/**
 * A position in a list of contacts: behind one of its rows. It outlives the scroll that gave the row, because it says
 * what the row was: its value in the order, and who stood there.
 */
export type Position = {
  /** The walk that may still hold the rows around it. */
  readonly scrollSessionId: string;
  /** Rows up to here, the row itself included. */
  readonly rank: number;
  /** The row's value in an order by time; empty in other orders. */
  readonly value: string;
  /** The last rows up to here that share the value, as cids, the row itself last; in other orders only itself. */
  readonly recent: readonly string[];
  /** How many rows up to here share the value, as far as is known: a new scroll gives them again. */
  readonly ties: number;
  /** A sum over the cids of all rows up to here: whoever reads the list again sees whether these are the same rows. */
  readonly digest: number;
  readonly total: number | undefined;
  readonly openedAt: string;
};

/** As many neighbours as a position remembers: if all of them are deleted, it cannot be found again among its ties. */
export const rememberedNeighbors = 8;

/** A position before anybody knows its walk. */
export type PositionInList = Omit<Position, 'scrollSessionId'>;

export type TimeOrder = 'created' | 'modified';

/** The time that a query is ordered by, if it is by one: only then can a scroll be opened in the middle of the list. */
export function timeOrderOf({ sort }: ContactQuery): TimeOrder | undefined {
  if (sort?.key === 'created' || sort?.key === 'created_absolute') return 'created';
  if (sort?.key === 'modified_absolute') return 'modified';
  return undefined;
}

/** The positions behind each of some rows that follow one another, the first of them behind `before`. */
export function positionsOfRows(
  rows: readonly Contact[],
  before: PositionInList,
  scrollSessionId: string,
  order: TimeOrder | undefined,
): readonly Position[] {
  let previous = before;
  return rows.map((row) => {
    const value = (order && row[order]) ?? '';
    const tied = value !== '' && previous.value === value;
    const position: Position = {
      scrollSessionId,
      rank: previous.rank + 1,
      value,
      recent: tied ? [...previous.recent, row.cid].slice(-rememberedNeighbors) : [row.cid],
      ties: tied ? previous.ties + 1 : 1,
      digest: addToDigest(previous.digest, row.cid),
      total: before.total,
      openedAt: before.openedAt,
    };
    previous = position;
    return position;
  });
}

/** Before the first row of a list that begins with this page. */
export function originPosition({ total, generated = new Date().toISOString() }: ContactPage): PositionInList {
  return { rank: 0, value: '', recent: [], ties: 0, digest: 0, total, openedAt: generated };
}

/** The digest of some rows and one more. */
export function addToDigest(digest: number, cid: string): number {
  return (digest + digestOf(cid)) % 2 ** 48;
}

/** The digest of some rows without one of them. */
export function subtractFromDigest(digest: number, cid: string): number {
  return (digest - digestOf(cid) + 2 ** 48) % 2 ** 48;
}

/** 48 bits of a cid by FNV-1a in two lanes: no secret depends on it, only whether a list is still the same. */
function digestOf(cid: string): number {
  let low = 0x811c9dc5;
  let high = 0x1b873593;
  for (let index = 0; index < cid.length; index += 1) {
    const code = cid.charCodeAt(index);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
  }
  return (high >>> 16) * 2 ** 32 + (low >>> 0);
}
