import { type SortKey, standardPolicies } from '../src/upstream/wire.ts';
import type { Contact } from './contact.ts';
import { accepts } from './filter.ts';

export type Order = { readonly key: SortKey; readonly reverse: boolean };

/**
 * Contacts in an order of the list. As in Elasticsearch, contacts without a value come last in both directions, and
 * among equals the older entry comes first in both directions: a reversed order is not the order read backwards.
 */
export function sortContacts(contacts: readonly Contact[], { key, reverse }: Order): readonly Contact[] {
  const read = values[key];
  const equals = new Map<Value, Contact[]>();
  const last: Contact[] = [];
  for (const contact of contacts) {
    const value = read(contact);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') last.push(contact);
    else {
      const group = equals.get(value);
      if (group === undefined) equals.set(value, [contact]);
      else group.push(contact);
    }
  }
  const order = inOrder([...equals.keys()]);
  if (reverse) order.reverse();
  const sorted: Contact[] = [];
  for (const value of order) for (const contact of equals.get(value) ?? []) sorted.push(contact);
  return sorted.concat(last);
}

type Value = string | number | boolean;

const [privacy, termsOfUse, minimumAgeVerification, mktgCommunications] = standardPolicies;

const values: Readonly<Record<SortKey, (contact: Contact) => unknown>> = {
  firstName: ({ firstName }) => firstName,
  lastName: ({ lastName }) => lastName,
  gender: ({ gender }) => gender,
  birthDate: ({ birthDate }) => birthDate,
  country: ({ country }) => country,
  created: ({ created }) => created,
  created_absolute: ({ created }) => created,
  modified_absolute: ({ modified }) => modified,
  privacy: (contact) => accepts(contact, privacy),
  termsOfUse: (contact) => accepts(contact, termsOfUse),
  mktgCommunications: (contact) => accepts(contact, mktgCommunications),
  ageVerification: (contact) => accepts(contact, minimumAgeVerification),
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

/** By truth, number or code unit. Values of different types, which only a broken contact has, go by their type. */
function inOrder(values: readonly Value[]): Value[] {
  const booleans = values.filter((value) => typeof value === 'boolean');
  const numbers = values.filter((value) => typeof value === 'number');
  const texts = values.filter((value) => typeof value === 'string');
  return [...booleans.sort(), ...numbers.sort((a, b) => a - b), ...texts.sort()];
}
