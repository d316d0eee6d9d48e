import { createPromiseLoader } from '../async/promise-loader.ts';
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
  const profile = createContactLoader((cid) => getContact(upstream, cid));
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
    devices: createContactLoader((cid) => listDevices(upstream, cid)),
    accountings: createContactLoader((cid) => listAccountings(upstream, cid)),
  };
}

/** Creates a loader with one call for each contact. */
function createContactLoader<T>(read: (cid: string) => Promise<T>) {
  return createPromiseLoader((cids: readonly string[]) => cids.map((cid) => read(cid)));
}

/**
 * Creates the loader of events, which may be filtered. All filters of one batch that concern the same contact become one
 * call, with a filter that includes them all; a later filter that is within an earlier one makes no call.
 */
function createEventLoader(read: (cid: string, filter: EventFilter) => Promise<EventAnswer>) {
  let answers: Map<string, StartedRead> | undefined;
  type Key = { cid: string; filter: EventFilter };
  const loader = createPromiseLoader(startAll, { cache: false });
  function startAll(keys: readonly Key[]): readonly Promise<EventAnswer>[] {
    const groups = Map.groupBy(keys, ({ cid }) => cid);
    const started = new Map([...groups].map(([cid, group]) => [cid, start(cid, group)]));
    return keys.map(({ cid }) => started.get(cid) as Promise<EventAnswer>); // each cid has a group
  }
  function start(cid: string, keys: readonly Key[]): Promise<EventAnswer> {
    const filter = commonFilter(keys.map((key) => key.filter));
    answers ??= new Map();
    const answer = read(cid, filter);
    answers.set(cid, { filter, answer, earlier: answers.get(cid) });
    return answer;
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

/** One object for all calls without a filter, which hold it while they wait. */
const noFilter: EventFilter = {};

/** A read of a contact's events that an operation has started, and the one before it. */
type StartedRead = {
  readonly filter: EventFilter;
  readonly answer: Promise<EventAnswer>;
  readonly earlier: StartedRead | undefined;
};
