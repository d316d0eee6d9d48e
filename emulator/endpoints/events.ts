import { eventBlock, eventField, payload } from '../../src/upstream/wire.ts';
import { eventsOf } from '../data/activity.ts';
import { contactOf, type Endpoint, reading, withoutParams } from '../endpoint.ts';
import { writer } from '../wire-names.ts';

const toWire = writer(eventField, eventBlock);

/** Endpoint 3: what a contact did, all of it, in no promised order. */
export const events: Endpoint = {
  scopes: reading,
  answer(call) {
    withoutParams(call);
    const contact = contactOf(call);
    const rows = eventsOf(call.population.world, contact, call.population.planOf(contact.cid));
    return { [payload.count]: rows.length, [payload.events]: toWire(rows) };
  },
};
