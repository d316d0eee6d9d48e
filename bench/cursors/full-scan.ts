import { Pool } from 'undici';
import { listParam, path, payload } from '../../src/upstream/wire.ts';
import type { RunningEmulator } from './processes.ts';

/** A walk over all contacts by creation time, as an export does it: `cid` and five fields of each. */
export type Walk = AsyncDisposable & { read(size: number): Promise<Walked> };

export type Walked = {
  rows: number;
  distinct: number;
  total: number;
  seconds: number;
  /** In milliseconds since 1970. */
  startedAt: number;
  endedAt: number;
};

type Row = { cid: string; firstName: string; lastName: string; email: string; country: string; created: string };
type Page = { rows: readonly Row[]; total: number; next: string | undefined };

/** Straight on the scroll, as well as a client can do it: one socket, the newest sid, no call behind the last row. */
export function createDirectWalk({ url, organizationId, token }: RunningEmulator): Walk {
  const pool = new Pool(url, { connections: 1 });
  const headers = { authorization: `Bearer ${token}` };
  return {
    read: (size) =>
      follow(async (sid, seen) => {
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
        return { rows, total: body.total, next: seen + rows.length < body.total ? body.sid : undefined };
      }),
    [Symbol.asyncDispose]: () => pool.close(),
  };
}

const document = `query Walk($first: Int!, $after: String) {
  contacts(first: $first, after: $after, orderBy: {field: CREATED_ABSOLUTE}) {
    totalCount
    nodes { cid firstName lastName email country created: createdAt }
    pageInfo { hasNextPage endCursor }
  }
}`;

type Answer = {
  data: {
    contacts: { totalCount: number; nodes: Row[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
  };
};

/** Through the gateway, over one socket too. */
export function createGatewayWalk({ url, token }: { url: string; token: string }): Walk {
  const pool = new Pool(url, { connections: 1 });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return {
    read: (first) =>
      follow(async (after) => {
        const body = JSON.stringify({ query: document, variables: { first, after } });
        const response = await pool.request({ method: 'POST', path: '/graphql', headers, body });
        const text = await response.body.text();
        const { data } = JSON.parse(text) as Partial<Answer>;
        if (data?.contacts == null) throw new Error(`The gateway answered ${text.slice(0, 300)}`);
        const { nodes, totalCount, pageInfo } = data.contacts;
        return { rows: nodes, total: totalCount, next: pageInfo.hasNextPage ? pageInfo.endCursor : undefined };
      }),
    [Symbol.asyncDispose]: () => pool.close(),
  };
}

async function follow(read: (next: string | undefined, seen: number) => Promise<Page>): Promise<Walked> {
  const cids = new Set<string>();
  const startedAt = Date.now();
  const began = performance.now();
  let page = await read(undefined, 0);
  let rows = 0;
  for (;;) {
    rows += page.rows.length;
    for (const { cid } of page.rows) cids.add(cid);
    if (page.next === undefined) break;
    page = await read(page.next, rows);
  }
  const seconds = (performance.now() - began) / 1000;
  return { rows, distinct: cids.size, total: page.total, seconds, startedAt, endedAt: Date.now() };
}
