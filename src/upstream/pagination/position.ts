import type { ListPage } from '../endpoints/list-page.ts';
import type { ScrolledList } from './scrolled-list.ts';

/**
 * A position in a list: directly after one of its rows. It outlives the scroll that returned the row,
 * because it identifies the row itself: by the value that the list is sorted by, and by the ids at that value.
 */
export type Position = {
  /** The scroll session that may still hold the rows around the position. */
  readonly scrollSessionId: string;
  /** Number of rows up to the position, its own row included. */
  readonly rank: number;
  /** The row's time where the list is sorted by time; empty in other orders. */
  readonly sortValue: string;
  /** The ids of the last rows that share the sort value, the position's own row last; in other orders that row only. */
  readonly recentIds: readonly string[];
  /** Number of rows up to the position that are known to share the sort value: a reopened scroll returns them again. */
  readonly tiedRows: number;
  /** Sum of the hashes of all ids up to the position: shows after a rescan whether the same rows came before. */
  readonly digest: number;
  /** Number of rows of the list, where the upstream says so. */
  readonly total: number | undefined;
  /** When the list was opened, by the upstream's clock. */
  readonly openedAt: string;
};

/** A position that is not yet assigned to a scroll session. */
export type PositionInList = Omit<Position, 'scrollSessionId'>;

/** Maximum of `recentIds`. A position whose remembered rows are all deleted cannot be found among its ties. */
export const maxRecentIds = 8;

/** What `PositionInList` holds at the start of a list, except for the list's own data. */
export const startOfList = { rank: 0, sortValue: '', recentIds: [], tiedRows: 0, digest: 0 } as const;

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
  const { scrollSessionId: walk, rank, sortValue: value, recentIds: recent, tiedRows: ties } = position;
  const { digest, total, openedAt } = position;
  return { walk, rank, value, recent, ties, digest, total, openedAt };
}

/** @param stored the content of a cursor that was decrypted, so only `encodePosition` can have made it */
export function decodePosition(stored: unknown): Position {
  const { walk, rank, value, recent, ties, digest, total, openedAt } = stored as StoredPosition;
  const row = { rank, sortValue: value, recentIds: recent, tiedRows: ties };
  return { scrollSessionId: walk, ...row, digest, total: plausibleTotal(total, rank), openedAt };
}

/** The positions of consecutive rows, of which the first comes directly after `before`. */
export function positionsOfRows<Row>(
  { idOf, order }: Pick<ScrolledList<Row>, 'idOf' | 'order'>,
  rows: readonly Row[],
  before: PositionInList,
  scrollSessionId: string,
): readonly Position[] {
  let previous = before;
  return rows.map((row) => {
    const id = idOf(row);
    const sortValue = order?.timeOf(row) ?? '';
    const isTied = sortValue !== '' && previous.sortValue === sortValue;
    const position: Position = {
      scrollSessionId,
      rank: previous.rank + 1,
      sortValue,
      recentIds: isTied ? [...previous.recentIds, id].slice(-maxRecentIds) : [id],
      tiedRows: isTied ? previous.tiedRows + 1 : 1,
      digest: addToDigest(previous.digest, id),
      total: before.total,
      openedAt: before.openedAt,
    };
    previous = position;
    return position;
  });
}

/** The position before the first row of a list, from the list's first page. */
export function originPosition({
  total,
  generated = new Date().toISOString(),
}: Pick<ListPage<unknown>, 'total' | 'generated'>): PositionInList {
  return { ...startOfList, total, openedAt: generated };
}

/**
 * The position of a row that was read without its list, in a list by time. What shares its time is not known, so the position
 * cannot be found any more once its row is deleted.
 *
 * @param scrollSessionId a text that identifies the place: no scroll session has returned the row
 */
export function positionOfRow(id: string, sortValue: string, scrollSessionId: string): Position {
  return {
    scrollSessionId,
    sortValue,
    // A position with fewer ids counts as one that remembers all rows of its time.
    recentIds: new Array<string>(maxRecentIds).fill(id),
    tiedRows: 1,
    rank: rankOfEnd,
    digest: 0,
    total: undefined,
    openedAt: new Date().toISOString(),
  };
}

/** The assumed rank of a list's end, where the rows before it were not counted. Ranks are compared within one session only. */
export const rankOfEnd = 2 ** 40;

/** The total of a list, unless more rows than that have been read up to a rank. */
export function plausibleTotal(total: number | undefined, rank: number): number | undefined {
  const isCounted = rank < rankOfEnd / 2;
  return total !== undefined && isCounted && total < rank ? undefined : total;
}

/** Adds a row to the digest of the rows before it. */
export function addToDigest(digest: number, id: string): number {
  return (digest + hashOf(id)) % 2 ** 48;
}

/** Removes a row from a digest that includes it. */
export function subtractFromDigest(digest: number, id: string): number {
  return (digest - hashOf(id) + 2 ** 48) % 2 ** 48;
}

/** 48 bits of FNV-1a in two lanes. It only detects that a list has changed, so it need not be cryptographic. */
function hashOf(id: string): number {
  let low = 0x811c9dc5;
  let high = 0x1b873593;
  for (let index = 0; index < id.length; index += 1) {
    const code = id.charCodeAt(index);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
  }
  return (high >>> 16) * 2 ** 32 + (low >>> 0);
}
