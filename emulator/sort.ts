import { type SortKey, standardPolicies } from '../src/upstream/wire/index.ts';
import type { Contact } from './contact.ts';
import { hasAccepted } from './filter.ts';

/** An order of the list. */
export type Order = { readonly key: SortKey; readonly reverse: boolean };

/**
 * Sorts contacts. As in Elasticsearch, contacts without a value come last in both directions, and contacts with equal
 * values stay in the order of insertion in both directions. So a reversed order is not the order read backwards.
 */
export function sortContacts(contacts: readonly Contact[], { key, reverse }: Order): readonly Contact[] {
  const read = getters[key];
  const groups = new Map<Value, Contact[]>();
  const withoutValue: Contact[] = [];
  for (const contact of contacts) {
    const value = read(contact);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
      withoutValue.push(contact);
    else {
      const group = groups.get(value);
      if (group === undefined) groups.set(value, [contact]);
      else group.push(contact);
    }
  }
  const order = sortValues([...groups.keys()]);
  if (reverse) order.reverse();
  const sorted: Contact[] = [];
  for (const value of order) for (const contact of groups.get(value) ?? []) sorted.push(contact);
  return sorted.concat(withoutValue);
}

type Value = string | number | boolean;

const [privacy, termsOfUse, minimumAgeVerification, mktgCommunications] = standardPolicies;

const getters: Readonly<Record<SortKey, (contact: Contact) => unknown>> = {
  firstName: ({ firstName }) => firstName,
  lastName: ({ lastName }) => lastName,
  gender: ({ gender }) => gender,
  birthDate: ({ birthDate }) => birthDate,
  country: ({ country }) => country,
  created: ({ created }) => created,
  created_absolute: ({ created }) => created,
  modified_absolute: ({ modified }) => modified,
  privacy: (contact) => hasAccepted(contact, privacy),
  termsOfUse: (contact) => hasAccepted(contact, termsOfUse),
  mktgCommunications: (contact) => hasAccepted(contact, mktgCommunications),
  ageVerification: (contact) => hasAccepted(contact, minimumAgeVerification),
  phone: ({ phone }) => phone,
  phoneVerified: ({ phoneVerified }) => phoneVerified,
  email: ({ email }) => email,
  emailVerified: ({ emailVerified }) => emailVerified,
  provider: ({ externalSource }) => externalSource,
  username: ({ username }) => username,
  locked: ({ locked }) => locked,
  locations: ({ locationCid }) => locationCid,
  system: ({ system }) => system,
  enabled: ({ enabled }) => enabled,
  type: ({ type }) => type,
  totalVisits: ({ metrics }) => metrics?.countTotalVisits,
  visitedLocations: ({ metrics }) => metrics?.countVisitedLocations,
};

/** Sorts booleans, numbers and texts (by code unit). Only contacts that violate the contract have values of several types. */
function sortValues(values: readonly Value[]): Value[] {
  const booleans = values.filter((value) => typeof value === 'boolean');
  const numbers = values.filter((value) => typeof value === 'number');
  const texts = values.filter((value) => typeof value === 'string');
  return [...booleans.sort(), ...numbers.sort((a, b) => a - b), ...texts.sort()];
}
