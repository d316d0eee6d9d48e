import { payload } from '../../src/upstream/wire.ts';
import { toWireContacts } from '../contact.ts';
import { contactOf, type Endpoint, reading, withoutParams } from '../endpoint.ts';

/** Endpoint 2: a contact's profile. */
export const contact: Endpoint = {
  scopes: reading,
  answer(call) {
    withoutParams(call);
    return { [payload.contact]: toWireContacts(call.population.store.profile(contactOf(call).cid)) };
  },
};
