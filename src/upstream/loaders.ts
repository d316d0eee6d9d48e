import DataLoader from 'dataloader';
import { toError } from '../errors.ts';
import { listAccountings } from './accounting.ts';
import { getContact } from './contact.ts';
import { listDevices } from './device.ts';
import { listEvents } from './event.ts';
import type { Seen } from './seen.ts';
import type { Upstream } from './upstream.ts';

export type Loaders = ReturnType<typeof createLoaders>;

/**
 * One loader per resource, for one request: the same contact asked through twenty aliases costs one call a resource.
 *
 * `contact` is what any earlier answer already knows of a contact (a list page held it), `profile` always what
 * endpoint 2 says.
 */
export function createLoaders(upstream: Upstream, { find }: Pick<Seen, 'find'>) {
  const profile = createLoader((cid) => getContact(upstream, cid));
  return {
    profile,
    contact: createLoader((cid) => {
      const seen = find(cid);
      return seen === undefined ? profile.load(cid) : Promise.resolve(seen);
    }),
    events: createLoader((cid) => listEvents(upstream, cid)),
    devices: createLoader((cid) => listDevices(upstream, cid)),
    accountings: createLoader((cid) => listAccountings(upstream, cid)),
  };
}

/**
 * The upstream has no batch endpoints, so nothing is gathered: a call starts within the tick it is asked for, and is
 * shared. (Not sooner: DataLoader schedules a batch before it puts the key in.) So is a failure: as a value it stays
 * in the loader, where a rejected batch would be forgotten and asked again by the next field.
 */
function createLoader<T>(load: (cid: string) => Promise<T>): DataLoader<string, T> {
  return new DataLoader(([cid = '']) => load(cid).then(toBatch, toFailedBatch), {
    batch: false,
    batchScheduleFn: queueMicrotask,
  });
}

function toBatch<T>(value: T): [T] {
  return [value];
}

function toFailedBatch(error: unknown): [Error] {
  return [toError(error)];
}
