import { deviceField, payload } from '../../src/upstream/wire.ts';
import { devicesOf } from '../data/activity.ts';
import { contactOf, type Endpoint, reading, withoutParams } from '../endpoint.ts';
import { writer } from '../wire-names.ts';

const toWire = writer(deviceField);

/** Endpoint 4: the devices of a contact. */
export const devices: Endpoint = {
  scopes: reading,
  answer(call) {
    withoutParams(call);
    const contact = contactOf(call);
    const rows = devicesOf(call.population.world, contact, call.population.planOf(contact.cid));
    return { [payload.count]: rows.length, [payload.devices]: toWire(rows) };
  },
};
