// The paths and fields of the REST API that the workloads need.

import { listParam, path, payload } from '../../src/upstream/wire/index.ts';
import { organizationId } from './environment.mjs';

/** Creates the five reads. `get` returns the parsed body of a path; a read returns the content of its envelope. */
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
