import { accountingField, payload } from '../../src/upstream/wire.ts';
import { accountingsOf } from '../data/activity.ts';
import { contactOf, type Endpoint, reading, withoutParams } from '../endpoint.ts';
import { withExactIntegers } from '../exact-integers.ts';
import { writer } from '../wire-names.ts';

const toWire = writer(accountingField);

/** Endpoint 5: the WiFi sessions of a contact. Their byte counts may pass 2^53, and stay bare JSON integers. */
export const accountings: Endpoint = {
  scopes: reading,
  answer(call) {
    withoutParams(call);
    const contact = contactOf(call);
    const rows = accountingsOf(call.population.world, contact, call.population.planOf(contact.cid));
    return { [payload.count]: rows.length, [payload.accountings]: toWire(rows.map(withExactIntegers)) };
  },
};
