import { deduplicateKeys, param } from '../src/upstream/wire/index.ts';
import type { Contact } from './contact.ts';
import type { CreateContactInput } from './create-contact-input.ts';
import type { Organization } from './organization.ts';
import { parseEnum, parseList } from './param-values.ts';
import { type Params, rejectUnknownParams } from './query-params.ts';

/**
 * Finds the contact that a creation has to update instead of creating one. The keys of the parameter `deduplicate` are
 * tried in their order, and the first key with a match decides; of several matches the oldest contact is taken. A key
 * whose field is absent from the body has no match.
 *
 * @throws {ApiError} 409 for an unknown key
 */
export function findDuplicate(
  params: Params,
  body: CreateContactInput,
  organization: Organization,
): Contact | undefined {
  rejectUnknownParams(params, (name) => name === param.deduplicate);
  const text = params.get(param.deduplicate);
  if (text === undefined) return undefined;
  const keys = parseList(param.deduplicate, text).map((key) => parseEnum(param.deduplicate, key, deduplicateKeys));
  for (const key of keys) {
    const match = find(key, body, organization);
    if (match !== undefined) return match;
  }
  return undefined;
}

function find(
  key: (typeof deduplicateKeys)[number],
  body: CreateContactInput,
  organization: Organization,
): Contact | undefined {
  const { store } = organization;
  if (key === 'guid') {
    const cid = organization.cidOfDevice(body.device?.guid);
    return cid === undefined ? undefined : store.find(cid);
  }
  const value = body[key];
  return value === undefined ? undefined : store.search(key === 'phoneNumber' ? 'phone' : key, value)[0];
}
