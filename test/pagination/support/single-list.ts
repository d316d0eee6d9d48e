import { populate, type Row } from './data.ts';
import { type List, oracleOf } from './expected-list.ts';
import { askPage, type Page } from './page.ts';
import type { Stack } from './stack.ts';

/** As `oracle.ts` has them, for tests that need one in particular. */
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

/** Contacts of which so many share each second. */
export function rowsOf(count: number, perSecond: number): Row[] {
  return Array.from({ length: count }, (_, index) => {
    const second = Math.floor(((index * 37) % count) / perSecond);
    const time = new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString().replace('.000', '');
    const lastName = ['Bianchi', 'Rossi', 'Verdi'][index % 3] ?? null;
    return { created: time, modified: time, lastName, email: null, signupMethod: 'api' };
  });
}

/** Fresh data and nothing remembered; the gateway has its token. */
export async function begin(stack: Stack, rows: readonly Row[]): Promise<void> {
  stack.emulator.control.reset();
  populate(stack.emulator, rows);
  for (const replica of stack.replicas) await askPage(replica, {}, { first: 1 });
  await stack.loseStores();
  stack.emulator.control.clearLog();
}

export function expectedOf(stack: Stack, list: List): string[] {
  return oracleOf(stack.emulator, list).map(({ cid }) => cid);
}

/** Asks the only replica, which must not fail. */
export async function ask(stack: Stack, list: List, args: object): Promise<Page> {
  const [replica] = stack.replicas;
  if (replica === undefined) throw new Error('There is no replica.');
  const page = await askPage(replica, list, args);
  if (page.code !== undefined) throw new Error(`The page failed with ${page.code}.`);
  return page;
}

/** Walks to the end, and tells what happened between the pages. */
export async function walk(
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
