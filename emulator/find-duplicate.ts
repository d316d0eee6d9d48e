import { deduplicateKeys, param } from '../src/upstream/wire.ts';
import type { Contact } from './contact.ts';
import type { NewContact } from './create-contact-input.ts';
import type { Population } from './organization-data.ts';
import { parseEnum, parseList } from './param-values.ts';
import { onlyKnown, type Params } from './query-params.ts';

/**
 * The contact that creation is to update instead, if any: the oldest entry that matches the first of the keys that
 * matches at all. A key without a value in the body matches nobody. @throws {Refusal} for an unknown key
 */
export function deduplicated(params: Params, body: NewContact, population: Population): Contact | undefined {
  onlyKnown(params, (name) => name === param.deduplicate);
  const text = params.get(param.deduplicate);
  if (text === undefined) return undefined;
  const keys = parseList(param.deduplicate, text).map((key) => parseEnum(param.deduplicate, key, deduplicateKeys));
  for (const key of keys) {
    const match = find(key, body, population);
    if (match !== undefined) return match;
  }
  return undefined;
}

function find(key: (typeof deduplicateKeys)[number], body: NewContact, population: Population): Contact | undefined {
  const { store } = population;
  if (key === 'guid') {
    const cid = population.ownerOf(body.device?.guid);
    return cid === undefined ? undefined : store.find(cid);
  }
  const value = body[key];
  return value === undefined ? undefined : store.search(key === 'phoneNumber' ? 'phone' : key, value)[0];
}
