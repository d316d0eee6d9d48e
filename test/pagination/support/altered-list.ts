import type { AlteredStack } from './altered-upstream.ts';
import type { List } from './expected-list.ts';
import { askPage, type Page } from './page.ts';
import { byCreation, byName } from './single-list.ts';

/** Lists in every kind of order. */
export const orders: readonly List[] = [
  byCreation('ASC'),
  byCreation('DESC'),
  byName,
  { ...byName, orderBy: null, orderOf: () => undefined },
];

/** What a client got that read a list to its end, or up to an error. */
export type Reading = {
  /** The rows in the order of the list. */
  cids: readonly string[];
  /** `totalCount` of each page, with the number of rows that were read when it was returned. */
  totals: readonly { total: number | null; rows: number }[];
  /** The code of the error that ended it; undefined at the end of the list. */
  code: string | undefined;
};

/** Reads a list page by page, forward or backward. */
export async function readList(
  stack: AlteredStack,
  list: List,
  size: number,
  { backward = false, loseBetween = false } = {},
): Promise<Reading> {
  const cids: string[] = [];
  const totals: { total: number | null; rows: number }[] = [];
  for (let cursor: string | null = null, pages = 0; ; pages += 1) {
    if (pages > 200) throw new Error('The list has no end.');
    const page: Page = await askStack(
      stack,
      list,
      backward ? { last: size, before: cursor } : { first: size, after: cursor },
    );
    if (page.code !== undefined) return { cids, totals, code: page.code };
    cids.splice(backward ? 0 : cids.length, 0, ...page.cids);
    totals.push({ total: page.total, rows: cids.length });
    cursor = page.cursors.at(backward ? 0 : -1) ?? null;
    if (!(backward ? page.hasPreviousPage : page.hasNextPage)) return { cids, totals, code: undefined };
    if (loseBetween) await stack.loseStores();
  }
}

/** Reads one page. */
export function askStack({ replicas: [replica] }: AlteredStack, list: List, args: object): Promise<Page> {
  if (replica === undefined) throw new Error('There is no replica.');
  return askPage(replica, list, args);
}
