import { createdField, customPolicyPrefix } from '../../src/upstream/wire/index.ts';
import { forbidden, validationError } from '../api-error.ts';
import type { Contact } from '../contact.ts';
import { toChanges } from '../contact-fields.ts';
import { applyPolicies } from '../contact-policies.ts';
import { type CreateContactInput, createContactBody, randomLetters, toProfile } from '../create-contact-input.ts';
import { toInstant } from '../data/time.ts';
import { type Call, type Endpoint, writeScopes } from '../endpoint.ts';
import { findDuplicate } from '../find-duplicate.ts';
import { parseBody } from '../request-body.ts';

/** Endpoint 8: creates a contact, or updates the duplicate that the parameter `deduplicate` finds. */
export const create: Endpoint = {
  scopes: writeScopes,
  status: 201,
  takesBody: true,
  handle(call, { clock, settings }) {
    const body = parseBody(createContactBody, call.body);
    const { organization } = call;
    if (body.organizationId !== organization.organizationId) throw forbidden();
    for (const { name, required } of settings.policies().policies) {
      const accepted = body.policies[name] ?? body.policies[customPolicyPrefix + name];
      if (required && accepted !== true) throw validationError('A required policy is not accepted');
    }
    const now = clock.now() / 1000;
    const duplicate = findDuplicate(call.params, body, organization);
    return duplicate === undefined ? insertContact(call, body, now) : updateDuplicate(call, duplicate, body, now);
  },
};

function insertContact({ organization }: Call, body: CreateContactInput, now: number): object {
  const username = body.username ?? randomLetters(11);
  if (organization.store.search('username', username).length > 0) throw validationError('The username is taken');
  const profile = toProfile({ ...body, username }, organization.seedData, now);
  const { password = randomLetters(10) } = body;
  organization.addNewContact(profile, body.device?.guid);
  organization.setPassword(profile.cid, password);
  return { ...responseOf(profile, body), [createdField.password]: password };
}

/** An update ignores source, username and password [doc], and its response has no password. */
function updateDuplicate({ organization }: Call, duplicate: Contact, body: CreateContactInput, now: number): object {
  const changes = {
    ...toChanges(body, duplicate, now),
    policies: applyPolicies(duplicate.policies, Object.entries(body.policies)),
    modified: toInstant(now),
  };
  organization.store.patch(duplicate.cid, changes);
  return responseOf(duplicate, body);
}

function responseOf(
  { cid, organizationCid, locationCid, username, locked }: Contact,
  { hotspotId }: CreateContactInput,
): object {
  return {
    [createdField.id]: cid,
    [createdField.organizationId]: organizationCid,
    [createdField.locationId]: locationCid,
    [createdField.hotspotId]: hotspotId ?? null,
    [createdField.username]: username,
    [createdField.locked]: locked,
  };
}
