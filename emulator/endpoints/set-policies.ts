import { z } from 'zod';
import { acceptanceField, policiesField, standardPolicies } from '../../src/upstream/wire.ts';
import { invalid } from '../api-error.ts';
import { applyPolicies, isPolicyKey } from '../contact-policies.ts';
import { toInstant } from '../data/time.ts';
import { contactOf, type Endpoint, withoutParams, writing } from '../endpoint.ts';
import { parseBody } from '../request-body.ts';
import { bodyOf } from '../wire-names.ts';

const acceptance = bodyOf(acceptanceField, {
  key: z.string().refine(isPolicyKey, 'is not the key of a policy'),
  accepted: z.boolean(),
});
const body = bodyOf(policiesField, { policies: z.array(acceptance).min(1) });

const [privacy, termsOfUse] = standardPolicies;

/** Endpoint 6: sets acceptances of policies. */
export const policies: Endpoint = {
  scopes: writing,
  takesBody: true,
  answer(call, { clock }) {
    withoutParams(call);
    const contact = contactOf(call);
    const given = parseBody(body, call.body).policies.map(({ key, accepted }) => [key, accepted] as const);
    if (new Set(given.map(([key]) => key)).size < given.length) throw invalid('A policy is given twice');
    // [doc] Both must be true for a contact to exist: it would have to be deleted instead.
    const withdrawn = given.some(([key, accepted]) => !accepted && (key === privacy || key === termsOfUse));
    if (withdrawn) throw invalid(`"${privacy}" and "${termsOfUse}" cannot be taken back`);
    const changes = { policies: applyPolicies(contact.policies, given), modified: toInstant(clock.now() / 1000) };
    call.population.store.patch(contact.cid, changes);
    return {};
  },
};
