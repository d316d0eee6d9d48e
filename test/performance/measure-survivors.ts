// Prints how many bytes of an operation that reads two pages of a list are left after young collections only.
// It needs `node --expose-gc` to start collections.

import process from 'node:process';
import type { ContactPage } from '../../src/upstream/endpoints/contacts.ts';
import { createContactList } from '../../src/upstream/pagination/contact-list.ts';
import { createPaginator } from '../../src/upstream/pagination/paginator.ts';
import { createPrefetch } from '../../src/upstream/pagination/prefetch.ts';
import { createLocalScrollSessionStore } from '../../src/upstream/pagination/session-store.ts';

const counted = 10;
const store = createLocalScrollSessionStore(1_000_000);

async function operation(size: number): Promise<void> {
  const rows = Array.from({ length: 2 * size }, (_, n) => ({ cid: `row-${n}` }));
  const pageOf = (from: number): ContactPage => ({
    rows: rows.slice(from, from + size) as never, // The code reads only these fields of a contact.
    firstId: `row-${from}`,
    returned: size,
    sid: from === 0 ? 'next' : undefined,
    total: rows.length,
    generated: '2026-01-01T00:00:00.000Z',
    body: { bytes: Buffer.from('{}'), json: {} },
  });
  const scrolls = {
    open: async () => pageOf(0),
    continue: async () => pageOf(size),
    find: async () => ({ contacts: [] }),
    read: () => [],
    reportWrongTotal: () => undefined,
  };
  const list = createContactList(scrolls, {});
  const reader = () =>
    createPaginator({
      ...{ list, store, keyOf: (id: string) => id, backgroundList: () => list },
      ...{ prefetch: createPrefetch(Number.POSITIVE_INFINITY), maxRescanRows: 0, offset: undefined },
    });
  const first = await reader().forward(size, undefined);
  const second = await reader().forward(size, first.positions().at(-1));
  if (second.rows.length !== size || second.hasNextPage) throw new Error('no whole list');
}

async function survivors(): Promise<number> {
  const before = process.memoryUsage().heapUsed;
  for (let n = 0; n < counted; n += 1) {
    await operation(10_000);
    for (let times = 0; times < 3; times += 1) globalThis.gc?.({ type: 'minor', execution: 'sync' });
  }
  return (process.memoryUsage().heapUsed - before) / counted;
}

for (let n = 0; n < 3_000; n += 1) await operation(2); // These operations warm V8 up.
globalThis.gc?.();
process.stdout.write(`${JSON.stringify({ survivors: await survivors() })}\n`);
