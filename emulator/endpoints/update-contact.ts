import { toChanges, updateBody } from '../contact-fields.ts';
import { toInstant } from '../data/time.ts';
import { contactOf, type Endpoint, withoutParams, writing } from '../endpoint.ts';
import { parseBody } from '../request-body.ts';

/** Endpoint 9: changes what the body names. */
export const update: Endpoint = {
  scopes: writing,
  takesBody: true,
  answer(call, { clock }) {
    withoutParams(call);
    const contact = contactOf(call);
    const now = clock.now() / 1000;
    const changes = toChanges(parseBody(updateBody, call.body), contact, now);
    call.population.store.patch(contact.cid, { ...changes, modified: toInstant(now) });
    return {};
  },
};
