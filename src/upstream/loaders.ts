import DataLoader from 'dataloader';
import { listAccountings } from './endpoints/accounting.ts';
import { type Contact, getContact } from './endpoints/contact.ts';
import { listDevices } from './endpoints/device.ts';
import { listEvents } from './endpoints/event.ts';
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
    events: createLoader((cid) => listEvents(upstream, cid)),
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
