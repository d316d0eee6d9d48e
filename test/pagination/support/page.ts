import type { List } from './expected-list.ts';
import type { Replica } from './stack.ts';

export type Page = {
  /** The code of the error, if there is no page. */
  code: string | undefined;
  cids: readonly string[];
  cursors: readonly string[];
  total: number | null;
  hasNextPage: boolean;
  hasPreviousPage: boolean;
};

const document = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: ContactFilter, $orderBy: ContactOrder) {
  contacts(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
    totalCount
    edges { cursor node { cid } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

/** Requests a page, and checks the rules of a connection. */
export async function askPage(
  replica: Pick<Replica, 'query'>,
  list: Partial<List>,
  args: object,
  signal?: AbortSignal,
): Promise<Page> {
  const { filter = null, orderBy = null } = list;
  const { data, errors, text } = await replica.query(document, { filter, orderBy, ...args }, signal);
  if (data?.contacts == null) {
    return { ...nothing, code: String(errors[0]?.extensions['code'] ?? text) };
  }
  const { edges, pageInfo, totalCount } = data.contacts;
  const cids = edges.map(({ node }: { node: { cid: string } }) => node.cid);
  const cursors = edges.map(({ cursor }: { cursor: string }) => cursor);
  // A cursor is encrypted differently each time, so that the texts cannot be compared.
  if ((pageInfo.startCursor === null) !== (cids.length === 0)) throw new Error('startCursor and edges disagree');
  if ((pageInfo.endCursor === null) !== (cids.length === 0)) throw new Error('endCursor and edges disagree');
  const { hasNextPage, hasPreviousPage } = pageInfo;
  return { code: undefined, cids, cursors, total: totalCount, hasNextPage, hasPreviousPage };
}

const nothing = { cids: [], cursors: [], total: null, hasNextPage: false, hasPreviousPage: false };
