import { toChanges, updateBody } from '../contact-fields.ts';
import { toInstant } from '../data/time.ts';
import { type Endpoint, rejectAllParams, requireContact, writeScopes } from '../endpoint.ts';
import { parseBody } from '../request-body.ts';

/** Endpoint 9: changes the fields that the body contains. */
export const update: Endpoint = {
  scopes: writeScopes,
  takesBody: true,
  handle(call, { clock }) {
    rejectAllParams(call);
    const contact = requireContact(call);
    const now = clock.now() / 1000;
    const changes = toChanges(parseBody(updateBody, call.body), contact, now);
    call.organization.store.patch(contact.cid, { ...changes, modified: toInstant(now) });
    return {};
  },
};
