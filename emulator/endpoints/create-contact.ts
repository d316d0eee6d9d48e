import { createdField } from '../../src/upstream/wire.ts';
import { forbidden, invalid } from '../api-error.ts';
import type { Contact } from '../contact.ts';
import { toChanges } from '../contact-fields.ts';
import { applyPolicies } from '../contact-policies.ts';
import { createBody, type NewContact, randomLetters, toProfile } from '../create-contact-input.ts';
import { toInstant } from '../data/time.ts';
import { type Call, type Endpoint, writing } from '../endpoint.ts';
import { deduplicated } from '../find-duplicate.ts';
import { parseBody } from '../request-body.ts';

/** Endpoint 8: creates a contact; or updates the one that `deduplicate` finds. */
export const create: Endpoint = {
  scopes: writing,
  takesBody: true,
  answer(call, { clock }) {
    const body = parseBody(createBody, call.body);
    const { population } = call;
    if (body.organizationId !== population.organizationId) throw forbidden();
    const now = clock.now() / 1000;
    const match = deduplicated(call.params, body, population);
    return match === undefined ? insert(call, body, now) : merge(call, match, body, now);
  },
};

function insert({ population }: Call, body: NewContact, now: number): object {
  const username = body.username ?? randomLetters(11);
  if (population.store.search('username', username).length > 0) throw invalid('The username is taken');
  const profile = toProfile({ ...body, username }, population.world, now);
  population.admit(profile, body.device?.guid);
  return { ...answerOf(profile, body), [createdField.password]: body.password ?? randomLetters(10) };
}

/** During an update source, username and password are ignored [doc]; the password is not known any more. */
function merge({ population }: Call, match: Contact, body: NewContact, now: number): object {
  const changes = {
    ...toChanges(body, match, now),
    policies: applyPolicies(match.policies, Object.entries(body.policies)),
    modified: toInstant(now),
  };
  population.store.patch(match.cid, changes);
  return answerOf(match, body);
}

function answerOf({ cid, organizationCid, locationCid, username, locked }: Contact, { hotspotId }: NewContact): object {
  return {
    [createdField.id]: cid,
    [createdField.organizationId]: organizationCid,
    [createdField.locationId]: locationCid,
    [createdField.hotspotId]: hotspotId ?? null,
    [createdField.username]: username,
    [createdField.locked]: locked,
  };
}
