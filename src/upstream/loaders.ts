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
  const profile = new Loader((cid) => getContact(upstream, cid));
  return {
    profile,
    contact: new Loader(async (cid) => find(cid) ?? profile.load(cid)),
    events: new Loader((cid) => listEvents(upstream, cid)),
    devices: new Loader((cid) => listDevices(upstream, cid)),
    accountings: new Loader((cid) => listAccountings(upstream, cid)),
  };
}

/** Starts a call at once, the first time that it is asked for; from then on the call is shared, and so is its failure. */
class Loader<T> {
  readonly #load: (cid: string) => Promise<T>;
  readonly #calls = new Map<string, Promise<T>>();

  constructor(load: (cid: string) => Promise<T>) {
    this.#load = load;
  }

  load(cid: string): Promise<T> {
    const known = this.#calls.get(cid);
    if (known !== undefined) return known;
    const call = this.#load(cid);
    this.#calls.set(cid, call);
    return call;
  }

  clear(cid: string): void {
    this.#calls.delete(cid);
  }
}
