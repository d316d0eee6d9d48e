import { z } from 'zod';
import { acceptanceField, policiesField, standardPolicies } from '../../src/upstream/wire/index.ts';
import { validationError } from '../api-error.ts';
import { applyPolicies, isPolicyKey } from '../contact-policies.ts';
import { toInstant } from '../data/time.ts';
import { type Endpoint, rejectAllParams, requireContact, writeScopes } from '../endpoint.ts';
import { parseBody } from '../request-body.ts';
import { bodySchema } from '../wire-names.ts';

const acceptance = bodySchema(acceptanceField, {
  key: z.string().refine(isPolicyKey, 'is not the key of a policy'),
  accepted: z.boolean(),
});
const body = bodySchema(policiesField, { policies: z.array(acceptance).min(1) });

const [privacy, termsOfUse] = standardPolicies;

/** Endpoint 6: sets which policies a contact accepts. */
export const policies: Endpoint = {
  scopes: writeScopes,
  takesBody: true,
  handle(call, { clock }) {
    rejectAllParams(call);
    const contact = requireContact(call);
    const acceptances = parseBody(body, call.body).policies.map(({ key, accepted }) => [key, accepted] as const);
    if (new Set(acceptances.map(([key]) => key)).size < acceptances.length)
      throw validationError('A policy is repeated');
    // [doc] A contact exists only while both policies are accepted; to withdraw one, it has to be deleted.
    const withdrawn = acceptances.some(([key, accepted]) => !accepted && (key === privacy || key === termsOfUse));
    if (withdrawn) throw validationError(`"${privacy}" and "${termsOfUse}" cannot be taken back`);
    const changes = { policies: applyPolicies(contact.policies, acceptances), modified: toInstant(clock.now() / 1000) };
    call.organization.store.patch(contact.cid, changes);
    return {};
  },
};
