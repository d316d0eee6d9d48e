import { populate, type Row } from './data.ts';
import { expectedRows, type List } from './expected-list.ts';
import { askPage, type Page } from './page.ts';
import type { Stack } from './stack.ts';

/** Lists like those of `expected-list.ts`, for tests that need a certain one. */
export const byCreation = (direction: 'ASC' | 'DESC' = 'ASC'): List => ({
  filter: null,
  holds: () => true,
  orderBy: { field: 'CREATED_ABSOLUTE', direction },
  orderOf: ({ created }) => created,
  byTime: true,
});

export const byName: List = {
  filter: null,
  holds: () => true,
  orderBy: { field: 'LAST_NAME', direction: 'ASC' },
  orderOf: ({ lastName }) => lastName,
  byTime: false,
};

/** Creates contacts of which `perSecond` have the same time. */
export function rowsOf(count: number, perSecond: number): Row[] {
  return Array.from({ length: count }, (_, index) => {
    const second = Math.floor(((index * 37) % count) / perSecond);
    const time = new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString().replace('.000', '');
    const lastName = ['Bianchi', 'Rossi', 'Verdi'][index % 3] ?? null;
    return { created: time, modified: time, lastName, email: null, signupMethod: 'api' };
  });
}

/** Replaces the data, and clears stores and logs. The gateway has its token afterwards. */
export async function begin(stack: Stack, rows: readonly Row[]): Promise<void> {
  stack.emulator.control.reset();
  populate(stack.emulator, rows);
  for (const replica of stack.replicas) await askPage(replica, {}, { first: 1 });
  await stack.loseStores();
  stack.emulator.control.clearLog();
}

export function expectedOf(stack: Stack, list: List): string[] {
  return expectedRows(stack.emulator, list).map(({ cid }) => cid);
}

/** Requests a page from the first replica, and throws if the request fails. */
export async function ask(stack: Stack, list: List, args: object): Promise<Page> {
  const [replica] = stack.replicas;
  if (replica === undefined) throw new Error('There is no replica.');
  const page = await askPage(replica, list, args);
  if (page.code !== undefined) throw new Error(`The page failed with ${page.code}.`);
  return page;
}

/** Reads a list to its end, and returns its rows with the number of upstream calls for each page. */
export async function readAllPages(
  stack: Stack,
  list: List,
  size: number,
  { backward = false, between = async () => undefined }: { backward?: boolean; between?: () => Promise<void> } = {},
): Promise<{ cids: string[]; calls: number[]; pages: number }> {
  const cids: string[] = [];
  const calls: number[] = [];
  let cursor: string | null = null;
  for (;;) {
    const before = stack.listCalls();
    const page: Page = await ask(
      stack,
      list,
      backward ? { last: size, before: cursor } : { first: size, after: cursor },
    );
    calls.push(stack.listCalls() - before);
    if (backward) cids.unshift(...page.cids);
    else cids.push(...page.cids);
    cursor = page.cursors.at(backward ? 0 : -1) ?? null;
    if (!(backward ? page.hasPreviousPage : page.hasNextPage)) return { cids, calls, pages: calls.length };
    await between();
  }
}
