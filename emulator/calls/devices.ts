import { payload } from '../../src/upstream/wire.ts';
import { contactOf, type Endpoint, reading, withoutParams } from '../call.ts';
import { devicesOf } from '../data/children.ts';

/** Endpoint 4: the devices of a contact. */
export const devices: Endpoint = {
  scopes: reading,
  answer(call) {
    withoutParams(call);
    const contact = contactOf(call);
    const rows = devicesOf(call.population.world, contact, call.population.planOf(contact.cid));
    return { count: rows.length, [payload.devices]: rows };
  },
};
