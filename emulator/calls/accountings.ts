import { payload } from '../../src/upstream/wire.ts';
import { contactOf, type Endpoint, reading, withoutParams } from '../call.ts';
import { accountingsOf } from '../data/children.ts';
import { withExactIntegers } from '../exact-integers.ts';

/** Endpoint 5: the WiFi sessions of a contact. Their byte counts may pass 2^53, and stay bare JSON integers. */
export const accountings: Endpoint = {
  scopes: reading,
  answer(call) {
    withoutParams(call);
    const contact = contactOf(call);
    const rows = accountingsOf(call.population.world, contact, call.population.planOf(contact.cid));
    return { count: rows.length, [payload.accountings]: rows.map(withExactIntegers) };
  },
};
