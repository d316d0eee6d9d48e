import { afterEach, describe, expect, test } from 'vitest';
import { createTable } from './support/fault-table.ts';
import { type Harness, type HarnessOptions, startHarness } from './support/harness.ts';
import { contact, page, wholeContact } from './support/operations.ts';

const table = createTable('Scrolls that expire, are shared or repeat rows (U17 to U19)');

let harness: Harness;
afterEach(() => harness.close());

const byName = '{field: LAST_NAME, direction: ASC}';

/** Reads all pages, and calls `between` after each one. */
async function readAllPages(between: (nth: number) => void = () => undefined, orderBy?: string): Promise<string[]> {
  const cids: string[] = [];
  let after: string | undefined;
  for (let nth = 1; ; nth += 1) {
    const { data, errors } = await harness.query(page(after, orderBy));
    expect(errors).toEqual([]);
    const { nodes, pageInfo } = data.contacts;
    expect(nodes).not.toEqual([]);
    cids.push(...nodes.map(({ cid }: { cid: string }) => cid));
    if (!pageInfo.hasNextPage) return cids;
    after = pageInfo.endCursor;
    between(nth);
  }
}

async function start(options: HarnessOptions = {}): Promise<string[]> {
  harness = await startHarness({ emulator: { contacts: 41, edgeCases: false }, ...options });
  return harness.emulator.contacts().map(({ cid }) => cid);
}

describe('U17: an expired scroll', () => {
  test.each([404, 410] as const)(
    'U17: a scroll that expires with a %i is reopened at its position, and every row is returned once',
    async (expiredStatus) => {
      const all = await start();
      harness.emulator.control.scrolls({ expiredStatus });
      const began = performance.now();
      const cids = await readAllPages(() => harness.emulator.control.dropScrolls());
      const ms = performance.now() - began;
      const calls = await harness.calls();
      table.add('U17', `expired after each page, with a ${expiredStatus}`, { errors: [], ms }, calls);
      expect({ cids: cids.toSorted(), size: new Set(cids).size }).toEqual({ cids: all.toSorted(), size: all.length });
      expect(calls['contacts']).toContain(expiredStatus);
      await harness.recover(contact, wholeContact);
    },
  );

  test('U17: an expired scroll that cannot be reopened fails with CURSOR_EXPIRED and is no empty page', async () => {
    await start({ env: { CURSOR_REREAD_MAX: '0' } });
    const { data } = await harness.query(page(undefined, byName));
    await harness.calls();
    harness.emulator.control.dropScrolls();
    const response = await harness.query(page(data.contacts.pageInfo.endCursor, byName));
    table.add('U17', 'expired, in an order that cannot be continued', response, await harness.calls());
    expect(response.data).toEqual({ contacts: null });
    expect(response.errors).toEqual([{ path: 'contacts', code: 'CURSOR_EXPIRED', retryable: false }]);
  });
});

test('U18: concurrent requests with one cursor get the same page, and no row is lost', async () => {
  const all = await start();
  const first = await harness.query(page());
  const { endCursor } = first.data.contacts.pageInfo;
  await harness.calls();
  harness.emulator.control.latency({ pattern: 'sid=', ms: 50 });
  const pages = await Promise.all(Array.from({ length: 8 }, () => harness.query(page(endCursor))));
  const calls = await harness.calls();
  const ms = Math.max(...pages.map(({ ms }) => ms));
  table.add('U18', 'eight readers of one cursor', { errors: pages.flatMap(({ errors }) => errors), ms }, calls);
  const nodes = pages.map(({ data }) => data.contacts.nodes);
  expect(nodes).toEqual(nodes.map(() => nodes[0]));
  expect(await readAllPages()).toEqual([...new Set(await readAllPages())]);
  expect((await readAllPages()).toSorted()).toEqual(all.toSorted());
});

describe('U19: a scroll that repeats rows', () => {
  test.each([true, false])(
    'U19: each row of a scroll that starts again at its end is returned once (sid changes: %s)',
    async (sidChanges) => {
      const all = await start();
      harness.emulator.control.scrolls({ loop: true, sidChanges });
      const began = performance.now();
      const cids = await readAllPages();
      const ms = performance.now() - began;
      table.add(
        'U19',
        `starts again at its end, sid changes: ${sidChanges}`,
        { errors: [], ms },
        await harness.calls(),
      );
      expect({ cids: cids.toSorted(), size: new Set(cids).size }).toEqual({ cids: all.toSorted(), size: all.length });
      harness.emulator.control.reset();
      await harness.recover(contact, wholeContact);
    },
  );

  test('U19: each row is returned once while contacts are inserted and scrolls are reopened', async () => {
    const all = await start();
    const began = performance.now();
    const added: string[] = [];
    const cids = await readAllPages((nth) => {
      added.push(harness.emulator.insert({ created: all.length % 2 ? '2020-01-01T00:00:00Z' : undefined }).cid);
      if (nth % 2 === 0) harness.emulator.control.dropScrolls();
    });
    const ms = performance.now() - began;
    table.add('U19', 'contacts that are inserted before the position', { errors: [], ms }, await harness.calls());
    expect(cids).toHaveLength(new Set(cids).size);
    expect(all.filter((cid) => !cids.includes(cid))).toEqual([]);
    expect(added.length).toBeGreaterThan(3);
  });
});
