import { type Endpoint, rejectAllParams, requireContact, writeScopes } from '../endpoint.ts';

/** Endpoint 7: deletes a contact. A second call for the same contact is a 404. */
export const remove: Endpoint = {
  scopes: writeScopes,
  handle(call) {
    rejectAllParams(call);
    call.organization.store.remove(requireContact(call).cid);
    return {};
  },
};
