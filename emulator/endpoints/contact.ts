import { payload } from '../../src/upstream/wire/index.ts';
import { encodeContacts } from '../contact.ts';
import { type Endpoint, readScopes, rejectAllParams, requireContact } from '../endpoint.ts';

/** Endpoint 2: the profile of a contact. */
export const contact: Endpoint = {
  scopes: readScopes,
  handle(call) {
    rejectAllParams(call);
    return { [payload.contact]: encodeContacts(call.organization.store.profile(requireContact(call).cid)) };
  },
};
