// The REST API as far as the workloads need it: where things are, and what they are called.

import { listParam, path, payload } from '../../src/upstream/wire.ts';
import { organizationId } from './environment.mjs';

/** The five reads. `get` answers the body of a path; what is in its envelope comes out. */
export const readsBy = (get) => ({
  contact: (cid) => get(path.contact(cid)).then((body) => body[payload.contact]),
  events: (cid) => get(path.events(cid)).then((body) => body[payload.events]),
  devices: (cid) => get(path.devices(cid)).then((body) => body[payload.devices]),
  accountings: (cid) => get(path.accountings(cid)).then((body) => body[payload.accountings]),
  contacts: (size, key) => get(listPath(size, key)).then((body) => body[payload.contacts]),
});

function listPath(size, key) {
  const search = new URLSearchParams({ [listParam.size]: String(size), [listParam.extProp1]: key });
  return `${path.contacts(organizationId)}?${search}`;
}
