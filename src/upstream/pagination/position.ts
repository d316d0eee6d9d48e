import type { Contact } from '../endpoints/contact.ts';
import type { ContactPage, ContactQuery } from '../endpoints/contacts.ts';

/**
 * A position in a list of contacts: directly after one of its rows. It outlives the scroll that returned the row,
 * because it identifies the row itself: by the value that the list is sorted by, and by the cids at that value.
 */
export type Position = {
  /** The scroll session that may still hold the rows around the position. */
  readonly scrollSessionId: string;
  /** Number of rows up to the position, its own row included. */
  readonly rank: number;
  /** The row's time where the list is sorted by time; empty in other orders. */
  readonly sortValue: string;
  /** The cids of the last rows that share the sort value, the position's own row last; in other orders that row only. */
  readonly recentCids: readonly string[];
  /** Number of rows up to the position that are known to share the sort value: a reopened scroll returns them again. */
  readonly tiedRows: number;
  /** Sum of the hashes of all cids up to the position: shows after a rescan whether the same rows came before. */
  readonly digest: number;
  /** Number of rows of the list, where the upstream says so. */
  readonly total: number | undefined;
  /** When the list was opened, by the upstream's clock. */
  readonly openedAt: string;
};

/** A position that is not yet assigned to a scroll session. */
export type PositionInList = Omit<Position, 'scrollSessionId'>;

/** Maximum of `recentCids`. A position whose remembered rows are all deleted cannot be found among its ties. */
export const maxRecentCids = 8;

/** What `PositionInList` holds at the start of a list, except for the list's own data. */
export const startOfList = { rank: 0, sortValue: '', recentCids: [], tiedRows: 0, digest: 0 } as const;

/** The content of a cursor. Clients keep cursors across releases, so these names never change. */
type StoredPosition = {
  walk: string;
  rank: number;
  value: string;
  recent: readonly string[];
  ties: number;
  digest: number;
  total?: number | undefined;
  openedAt: string;
};

/** Converts a position to the content of a cursor. */
export function encodePosition(position: Position): StoredPosition {
  const { scrollSessionId: walk, rank, sortValue: value, recentCids: recent, tiedRows: ties } = position;
  const { digest, total, openedAt } = position;
  return { walk, rank, value, recent, ties, digest, total, openedAt };
}

/** @param stored the content of a cursor that was decrypted, so only `encodePosition` can have made it */
export function decodePosition(stored: unknown): Position {
  const { walk, rank, value, recent, ties, digest, total, openedAt } = stored as StoredPosition;
  const row = { rank, sortValue: value, recentCids: recent, tiedRows: ties };
  return { scrollSessionId: walk, ...row, digest, total: plausibleTotal(total, rank), openedAt };
}

/** The time by which a list is sorted. */
export type TimeOrder = 'created' | 'modified';

/** The time that a query sorts by, if it sorts by one: only then can a scroll be opened in the middle of the list. */
export function timeOrderOf({ sort }: ContactQuery): TimeOrder | undefined {
  if (sort?.key === 'created' || sort?.key === 'created_absolute') return 'created';
  if (sort?.key === 'modified_absolute') return 'modified';
  return undefined;
}

/** The positions of consecutive rows, of which the first comes directly after `before`. */
export function positionsOfRows(
  rows: readonly Contact[],
  before: PositionInList,
  scrollSessionId: string,
  order: TimeOrder | undefined,
): readonly Position[] {
  let previous = before;
  return rows.map((row) => {
    const sortValue = (order && row[order]) ?? '';
    const isTied = sortValue !== '' && previous.sortValue === sortValue;
    const position: Position = {
      scrollSessionId,
      rank: previous.rank + 1,
      sortValue,
      recentCids: isTied ? [...previous.recentCids, row.cid].slice(-maxRecentCids) : [row.cid],
      tiedRows: isTied ? previous.tiedRows + 1 : 1,
      digest: addToDigest(previous.digest, row.cid),
      total: before.total,
      openedAt: before.openedAt,
    };
    previous = position;
    return position;
  });
}

/** The position before the first row of a list, from the list's first page. */
export function originPosition({ total, generated = new Date().toISOString() }: ContactPage): PositionInList {
  return { ...startOfList, total, openedAt: generated };
}

/** The assumed rank of a list's end, where the rows before it were not counted. Ranks are compared within one session only. */
export const rankOfEnd = 2 ** 40;

/** The total of a list, unless more rows than that have been read up to a rank. */
export function plausibleTotal(total: number | undefined, rank: number): number | undefined {
  const isCounted = rank < rankOfEnd / 2;
  return total !== undefined && isCounted && total < rank ? undefined : total;
}

/** Adds a row to the digest of the rows before it. */
export function addToDigest(digest: number, cid: string): number {
  return (digest + hashOf(cid)) % 2 ** 48;
}

/** Removes a row from a digest that includes it. */
export function subtractFromDigest(digest: number, cid: string): number {
  return (digest - hashOf(cid) + 2 ** 48) % 2 ** 48;
}

/** 48 bits of FNV-1a in two lanes. It only detects that a list has changed, so it need not be cryptographic. */
function hashOf(cid: string): number {
  let low = 0x811c9dc5;
  let high = 0x1b873593;
  for (let index = 0; index < cid.length; index += 1) {
    const code = cid.charCodeAt(index);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
  }
  return (high >>> 16) * 2 ** 32 + (low >>> 0);
}
