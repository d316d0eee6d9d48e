import DataLoader from 'dataloader';
import { listAccountings } from './endpoints/accounting.ts';
import { type Contact, getContact } from './endpoints/contact.ts';
import { listDevices } from './endpoints/device.ts';
import { commonFilter, covers, type EventFilter } from './endpoints/event-filter.ts';
import { type EventAnswer, listEvents } from './endpoints/events.ts';
import type { Upstream } from './operation/upstream.ts';
import type { PageIndex } from './pagination/page-index.ts';

/** The loaders of one operation, one for each resource, keyed by the contact's cid. */
export type Loaders = ReturnType<typeof createLoaders>;

/**
 * Creates the loaders of one operation: the same contact under twenty aliases costs one call for each resource, also
 * when that call fails.
 *
 * `profile` is what endpoint 2 answers. `contact` prefers a row of a page that the operation has read already: such a
 * row may lack the fields that only a profile has.
 *
 * @param rows finds the row of a contact on the pages that the operation has read
 */
export function createLoaders(upstream: Upstream, rows: Pick<PageIndex, 'find'>) {
  const profile = createLoader((cid) => getContact(upstream, cid));
  return {
    profile,
    contact: {
      load(cid: string): Promise<Contact> {
        const row = rows.find(cid);
        return row === undefined ? profile.load(cid) : Promise.resolve(row);
      },
      /** A row of a page is removed from the page index, so only the profile is kept here. */
      clear: (cid: string) => profile.clear(cid),
    },
    events: createEventLoader((cid, filter) => listEvents(upstream, cid, filter)),
    devices: createLoader((cid) => listDevices(upstream, cid)),
    accountings: createLoader((cid) => listAccountings(upstream, cid)),
  };
}

/**
 * The upstream has no batch endpoints, so the calls of a batch start side by side. The batch answers promises instead of
 * values: DataLoader resolves each key with its own promise, so that a slow or failed call does not delay the others.
 */
function createLoader<T>(read: (cid: string) => Promise<T>): DataLoader<string, T> {
  // The type of DataLoader has no promises among the values, although it resolves each key with what is in its place.
  return new DataLoader(async (cids) => cids.map(read) as unknown as readonly T[]);
}

/**
 * Creates the loader of events, which may be filtered. All filters of one batch that concern the same contact become one
 * call, with a filter that includes them all; a later filter that is within an earlier one makes no call.
 */
function createEventLoader(read: (cid: string, filter: EventFilter) => Promise<EventAnswer>) {
  let answers: Map<string, StartedRead> | undefined;
  type Key = { cid: string; filter: EventFilter };
  const loader = new DataLoader<Key, EventAnswer>(
    async (keys) => {
      const groups = Map.groupBy(keys, ({ cid }) => cid);
      for (const [cid, group] of groups) start(cid, group);
      return keys.map(({ cid }) => answers?.get(cid)?.answer) as unknown as readonly EventAnswer[]; // as `createLoader` does
    },
    { cache: false },
  );
  function start(cid: string, keys: readonly Key[]): void {
    const filter = commonFilter(keys.map((key) => key.filter));
    answers ??= new Map();
    answers.set(cid, { filter, answer: read(cid, filter), earlier: answers.get(cid) });
  }
  return {
    load(cid: string, filter: EventFilter = noFilter): Promise<EventAnswer> {
      for (let each = answers?.get(cid); each !== undefined; each = each.earlier) {
        if (covers(each.filter, filter)) return each.answer;
      }
      return loader.load({ cid, filter });
    },
    clear: (cid: string) => void answers?.delete(cid),
  };
}

const noFilter: EventFilter = {};

/** A read of a contact's events that an operation has started, and the one before it. */
type StartedRead = {
  readonly filter: EventFilter;
  readonly answer: Promise<EventAnswer>;
  readonly earlier: StartedRead | undefined;
};
