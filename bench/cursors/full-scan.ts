import { Pool } from 'undici';
import { listParam, path, payload } from '../../src/upstream/wire/index.ts';
import type { RunningEmulator } from './processes.ts';

/** Reads all contacts in the order of creation, `cid` and five fields of each, in pages of so many rows. */
export type FullScan = AsyncDisposable & { read(size: number): Promise<ScanResult> };

/** The result of one scan. `distinct` counts different cids, `total` is the total that the server reported. */
export type ScanResult = {
  rows: number;
  distinct: number;
  total: number;
  seconds: number;
  /** Milliseconds since 1970. */
  startedAt: number;
  endedAt: number;
};

type Row = { cid: string; firstName: string; lastName: string; email: string; country: string; created: string };
type Page = { rows: readonly Row[]; total: number; next: string | undefined };

/** Creates a scan that reads the scroll directly, with one socket and without a call after the last row. */
export function createDirectScan({ url, organizationId, token }: RunningEmulator): FullScan {
  const pool = new Pool(url, { connections: 1 });
  const headers = { authorization: `Bearer ${token}` };
  return {
    read: (size) =>
      readAllPages(async (sid, rowsBefore) => {
        const query = new URLSearchParams({ [listParam.size]: String(size), [listParam.sortBy]: 'created_absolute' });
        if (sid !== undefined) query.set(listParam.sid, sid);
        const response = await pool.request({
          method: 'GET',
          path: `${path.contacts(organizationId)}?${query}`,
          headers,
        });
        const body = (await response.body.json()) as { total: number; sid: string; [payload.contacts]: Row[] };
        const rows = body[payload.contacts].map(({ cid, firstName, lastName, email, country, created }) => {
          return { cid, firstName, lastName, email, country, created };
        });
        return { rows, total: body.total, next: rowsBefore + rows.length < body.total ? body.sid : undefined };
      }),
    [Symbol.asyncDispose]: () => pool.close(),
  };
}

const document = `query FullScan($first: Int!, $after: String) {
  contacts(first: $first, after: $after, orderBy: {field: CREATED_ABSOLUTE}) {
    totalCount
    nodes { cid firstName lastName email country created: createdAt }
    pageInfo { hasNextPage endCursor }
  }
}`;

type GraphQLResponse = {
  data: {
    contacts: { totalCount: number; nodes: Row[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
  };
};

/** Creates a scan that reads through the gateway, with one socket. */
export function createGatewayScan({ url, token }: { url: string; token: string }): FullScan {
  const pool = new Pool(url, { connections: 1 });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return {
    read: (first) =>
      readAllPages(async (after) => {
        const body = JSON.stringify({ query: document, variables: { first, after } });
        const response = await pool.request({ method: 'POST', path: '/graphql', headers, body });
        const text = await response.body.text();
        const { data } = JSON.parse(text) as Partial<GraphQLResponse>;
        if (data?.contacts == null) throw new Error(`The gateway answered ${text.slice(0, 300)}`);
        const { nodes, totalCount, pageInfo } = data.contacts;
        return { rows: nodes, total: totalCount, next: pageInfo.hasNextPage ? pageInfo.endCursor : undefined };
      }),
    [Symbol.asyncDispose]: () => pool.close(),
  };
}

async function readAllPages(
  read: (next: string | undefined, rowsBefore: number) => Promise<Page>,
): Promise<ScanResult> {
  const cids = new Set<string>();
  const startedAt = Date.now();
  const startMs = performance.now();
  let page = await read(undefined, 0);
  let rows = 0;
  for (;;) {
    rows += page.rows.length;
    for (const { cid } of page.rows) cids.add(cid);
    if (page.next === undefined) break;
    page = await read(page.next, rows);
  }
  const seconds = (performance.now() - startMs) / 1000;
  return { rows, distinct: cids.size, total: page.total, seconds, startedAt, endedAt: Date.now() };
}
