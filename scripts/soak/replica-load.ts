import { demo } from '../../emulator/demo.ts';
import { orders, readList } from '../../test/replicas/support/read-list.ts';
import type { ReplicaSet } from '../../test/replicas/support/replica-set.ts';

/** What clients saw during one phase. */
type PhaseResult = {
  /** Lists that were read completely, and those of them that had other rows, or the rows in another order. */
  lists: number;
  'wrong lists': number;
  pages: number;
  /** Requests that had to be sent again, by code. */
  failures: string;
  /** Updates, and reads at once after them that were answered with an older value. */
  updates: number;
  'stale reads': number;
  /** The longest time for which reads after an update were stale, in ms. */
  'stale for, ms': number;
};

/** The load of readers and of one writer, which goes on until it is stopped. */
export type Load = {
  /** Begins a phase: the counts are 0. */
  begin(): void;
  result(): PhaseResult;
  /** Resolves with the ms until a list costs one call per page and one that shows its end. */
  untilFullSpeed(): Promise<number>;
  stop(): Promise<void>;
};

const update = 'mutation ($input: UpdateContactInput!) { updateContact(input: $input) { userErrors { code } } }';
const read = `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }`;
const id = Buffer.from(`Contact:${demo.contactId}`).toString('base64');

/** Reads the list once in each order, and starts the load: the writer and, unless `readsLists` is false, the readers. */
export async function createLoad(set: ReplicaSet, { readsLists = true } = {}): Promise<Load> {
  const expected = {
    byTime: (await readList(set)).cids.join(),
    unordered: (await readList(set, { orderBy: null })).cids.join(),
  };
  let result = emptyResult();
  let failures: Record<string, number> = {};
  let isDone = false;
  let isPaused = false;
  let writes = 0;

  async function readLists(order: keyof typeof orders, pageSize: number): Promise<void> {
    while (!isDone) {
      if (isPaused) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
      }
      const list = await readList(set, { orderBy: orders[order], pageSize });
      result.lists += 1;
      result.pages += list.pages;
      if (list.cids.join() !== expected[order]) result['wrong lists'] += 1;
      for (const [code, count] of Object.entries(list.failures)) failures[code] = (failures[code] ?? 0) + count;
    }
  }

  /** Updates one contact, and reads it at the next replica until the read has the new value. */
  async function writeContacts(): Promise<void> {
    while (!isDone) {
      writes += 1;
      const firstName = `Name ${writes}`;
      const answer = await set.query(update, { input: { id, firstName } }).catch(() => undefined);
      if (answer?.data?.updateContact == null) continue;
      result.updates += 1;
      const writtenAt = performance.now();
      for (;;) {
        const found = (await set.query(read).catch(() => undefined))?.data?.contact?.firstName;
        if (found === firstName || isDone) break;
        if (found === undefined) continue; // The read failed.
        result['stale reads'] += 1;
        result['stale for, ms'] = Math.max(result['stale for, ms'], Math.round(performance.now() - writtenAt));
      }
    }
  }

  const loops = Promise.all([
    ...(readsLists ? [readLists('byTime', 100), readLists('byTime', 1_000), readLists('unordered', 250)] : []),
    writeContacts(),
  ]);
  return {
    begin() {
      result = emptyResult();
      failures = {};
    },
    result: () => ({
      ...result,
      failures: Object.entries(failures)
        .map(([code, count]) => `${code} ${count}`)
        .join(', '),
    }),
    async untilFullSpeed() {
      const startedAt = performance.now();
      isPaused = true;
      for (;;) {
        const before = set.emulator.control.counts().contacts;
        const { pages } = await readList(set, { pageSize: 500 });
        if (set.emulator.control.counts().contacts - before === pages + 1) break;
      }
      isPaused = false;
      set.emulator.control.clearLog();
      return performance.now() - startedAt;
    },
    async stop() {
      isDone = true;
      await loops;
    },
  };
}

function emptyResult(): PhaseResult {
  return { lists: 0, 'wrong lists': 0, pages: 0, failures: '', updates: 0, 'stale reads': 0, 'stale for, ms': 0 };
}
