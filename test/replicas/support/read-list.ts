import type { Answer } from '../../support/gateway.ts';
import type { ReplicaSet } from './replica-set.ts';

/** What a reader of a whole list has seen. */
export type ListReading = {
  /** The ids in the order in which they were received. */
  cids: string[];
  /** How many answers had an error, by its code; `CONNECTION` stands for a request without an answer of a gateway. */
  failures: Record<string, number>;
  pages: number;
};

/** The orders in which lists are read: one in which a cursor can be entered, and one in which it is searched. */
export const orders = {
  byTime: { field: 'CREATED_ABSOLUTE', direction: 'DESC' },
  unordered: null,
};

/** How a list is read. */
export type ReadOptions = {
  pageSize?: number;
  orderBy?: object | null;
  /** Called with the number of pages so far after each page; the next page is requested when it resolves. */
  afterPage?: (pages: number) => unknown;
};

const document = `query ($first: Int, $after: String, $orderBy: ContactOrder) {
  contacts(first: $first, after: $after, orderBy: $orderBy) { nodes { cid } pageInfo { endCursor hasNextPage } }
}`;

type ListPage = { nodes: { cid: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };

/** How often one page is requested again after a failure, before the test fails. */
const maxAttempts = 200;

/**
 * Reads a whole list through the load balancer, page after page, as a client does: a page that fails in a way that may pass is
 * requested again.
 *
 * @throws {Error} for an error that no repetition mends, and for one without a code
 */
export async function readList(set: Pick<ReplicaSet, 'query'>, options: ReadOptions = {}): Promise<ListReading> {
  const { pageSize = 100, orderBy = orders.byTime, afterPage } = options;
  const reading: ListReading = { cids: [], failures: {}, pages: 0 };
  let after: string | null = null;
  let attempts = 0;
  for (;;) {
    const answer: Answer | undefined = await set
      .query(document, { first: pageSize, after, orderBy })
      .catch(() => undefined);
    const [error] = answer?.errors ?? [];
    const page: ListPage | null | undefined = answer?.data?.contacts;
    if (page == null) {
      const code = answer === undefined ? 'CONNECTION' : String(error?.extensions['code']);
      reading.failures[code] = (reading.failures[code] ?? 0) + 1;
      attempts += 1;
      if (answer !== undefined && error?.extensions['retryable'] !== true) throw new Error(`A page failed: ${code}`);
      if (attempts > maxAttempts) throw new Error(`A page failed ${attempts} times, with ${code} at last.`);
      continue;
    }
    attempts = 0;
    reading.cids.push(...page.nodes.map(({ cid }) => cid));
    reading.pages += 1;
    if (!page.pageInfo.hasNextPage) return reading;
    after = page.pageInfo.endCursor;
    await afterPage?.(reading.pages);
  }
}
