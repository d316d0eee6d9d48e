import { listAccountings } from './endpoints/accounting.ts';
import { getContact } from './endpoints/contact.ts';
import { listDevices } from './endpoints/device.ts';
import { listEvents } from './endpoints/event.ts';
import { Loader } from './loader.ts';
import type { Upstream } from './operation/upstream.ts';
import type { PageIndex } from './pagination/page-index.ts';

export type Loaders = ReturnType<typeof createLoaders>;

/**
 * One loader per resource, for one request: the same contact asked through twenty aliases costs one call a resource.
 *
 * `contact` is what any earlier answer already knows of a contact (a list page held it), `profile` always what
 * endpoint 2 says.
 */
export function createLoaders(upstream: Upstream, { find }: Pick<PageIndex, 'find'>) {
  const profile = new Loader((cid) => getContact(upstream, cid));
  return {
    profile,
    contact: new Loader((cid) => {
      const seen = find(cid);
      return seen === undefined ? profile.load(cid) : Promise.resolve(seen);
    }),
    events: new Loader((cid) => listEvents(upstream, cid)),
    devices: new Loader((cid) => listDevices(upstream, cid)),
    accountings: new Loader((cid) => listAccountings(upstream, cid)),
  };
}
