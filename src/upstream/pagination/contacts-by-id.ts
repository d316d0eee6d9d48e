import type { Contact } from '../endpoints/contact.ts';
import type { ContactQuery } from '../endpoints/contacts.ts';
import type { LogOffset } from '../write-log/entries.ts';
import { timeFieldOf } from './contact-list.ts';
import type { Paginator } from './paginator.ts';
import { type Position, startOfList } from './position.ts';
import type { Slice } from './slice.ts';

/** The options of a paginator of contacts with certain ids. */
export type ContactsByIdOptions = {
  /** The ids, each once. */
  readonly cids: readonly string[];
  /** An order by time; undefined for the order of the ids. */
  readonly sort: ContactQuery['sort'];
  /** Loads a contact; undefined for one that does not exist, or is not the caller's. */
  load(cid: string): Promise<Contact | undefined>;
  /** The writes that everything read from now on includes. */
  readonly offset: LogOffset | undefined;
};

/** What rows are sorted by: the time, an empty text for none, and the index of the id, which decides between equal times. */
type RowKey = { readonly time: string; readonly index: number };

type KeyedRow = { readonly contact: Contact; readonly key: RowKey };

/**
 * Creates a paginator of contacts with certain ids. Each page loads all of them, because its rows are known only when all times
 * are. Every position can be found, also if its contact was deleted or has another time now, because it holds the key of its
 * row.
 */
export function createContactsById(options: ContactsByIdOptions): Paginator<Contact> {
  return {
    async forward(count, after) {
      const rows = await readSorted(options);
      const start = after === undefined ? 0 : countBefore(rows, options, after, { includesOwnRow: true });
      return toSlice(rows, start, start + count, options);
    },
    async backward(count, before) {
      const rows = await readSorted(options);
      const end = before === undefined ? rows.length : countBefore(rows, options, before, { includesOwnRow: false });
      return toSlice(rows, Math.max(0, end - count), end, options);
    },
  };
}

async function readSorted({ cids, sort, load }: ContactsByIdOptions): Promise<readonly KeyedRow[]> {
  const field = timeFieldOf(sort);
  const contacts = await Promise.all(cids.map(load));
  const rows = contacts.flatMap((contact, index) =>
    contact === undefined ? [] : { contact, key: { time: (field && contact[field]) ?? '', index } },
  );
  return rows.sort((a, b) => compareKeys(a.key, b.key, sort));
}

/** Counts the rows that come before a position; with its own row, if that is there and is to be counted. */
function countBefore(
  rows: readonly KeyedRow[],
  { cids, sort }: ContactsByIdOptions,
  { sortValue, recentIds }: Position,
  { includesOwnRow }: { includesOwnRow: boolean },
): number {
  const key = { time: sortValue, index: cids.indexOf(recentIds.at(-1) ?? '') };
  return rows.filter((row) => compareKeys(row.key, key, sort) < (includesOwnRow ? 1 : 0)).length;
}

/** Compares the keys of rows. Those without a time come last in both directions, as in the upstream's lists. */
function compareKeys(a: RowKey, b: RowKey, sort: ContactsByIdOptions['sort']): number {
  if (a.time === b.time) return a.index - b.index;
  if (a.time === '' || b.time === '') return a.time === '' ? 1 : -1;
  return a.time < b.time === (sort?.reverse !== true) ? -1 : 1;
}

function toSlice(
  all: readonly KeyedRow[],
  start: number,
  end: number,
  { offset }: ContactsByIdOptions,
): Slice<Contact> {
  const rows = all.slice(start, end);
  const openedAt = new Date().toISOString();
  return {
    rows: rows.map(({ contact }) => contact),
    positions: () =>
      rows.map(({ contact, key }, index) => ({
        ...{ ...startOfList, scrollSessionId: '', rank: start + index + 1, total: all.length, openedAt },
        ...{ sortValue: key.time, recentIds: [contact.cid], tiedRows: 1 },
      })),
    hasNextPage: end < all.length,
    hasPreviousPage: start > 0,
    total: all.length,
    version: { offset, openedAt },
  };
}
