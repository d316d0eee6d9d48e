import { contactOf, type Endpoint, withoutParams, writing } from '../endpoint.ts';

/** Endpoint 7: deletes a contact; a second time it does not exist. */
export const remove: Endpoint = {
  scopes: writing,
  answer(call) {
    withoutParams(call);
    call.population.store.remove(contactOf(call).cid);
    return {};
  },
};
