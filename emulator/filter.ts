import { customPolicyPrefix, listParam, signupMethods, standardPolicies } from '../src/upstream/wire/index.ts';
import { validationError } from './api-error.ts';
import type { Contact } from './contact.ts';
import { type SearchField, searchFields } from './contact-index.ts';
import { parseBoolean, parseEnum, parseInstant, parseList, parseText } from './param-values.ts';
import type { Params } from './query-params.ts';

/** A condition on a contact. */
export type Predicate = (contact: Contact) => boolean;

/** Parses filter parameters to predicates, all of which must hold. @throws {ApiError} 409 for invalid values */
export function toPredicates(params: Params): readonly Predicate[] {
  return [...params].flatMap(([name, value]) => filterOf(name)?.(value) ?? []);
}

/** Returns whether a parameter is a filter. @throws {ApiError} 409 for a custom opt-in without the name of its policy */
export function isFilter(name: string): boolean {
  return filterOf(name) !== undefined;
}

/** Returns the parameters that search by an exact value, for which the store has an index. */
export function indexedSearches(params: Params): readonly [SearchField, string][] {
  return searchNames.flatMap((field) => {
    const value = params.get(listParam[field]);
    return value === undefined ? [] : [[field, value]];
  });
}

/** Returns whether a contact has accepted a policy. */
export function hasAccepted({ policies }: Contact, policy: string): boolean {
  return Array.isArray(policies) && policies.some(({ name, accepted }) => name === policy && accepted === true);
}

type Filter = (value: string) => Predicate;

const [, , minimumAgeVerification, mktgCommunications] = standardPolicies;

const searchNames = Object.keys(searchFields) as SearchField[]; // The cast is safe for the keys of a constant object.

const filters: ReadonlyMap<string, Filter> = new Map([
  flag(listParam.withEmail, ({ email }) => isNonEmptyText(email)),
  flag(listParam.withEmailVerified, ({ email, emailVerified }) => isNonEmptyText(email) && emailVerified === true),
  flag(listParam.withPhone, ({ phone }) => isNonEmptyText(phone)),
  flag(listParam.withPhoneVerified, ({ phone, phoneVerified }) => isNonEmptyText(phone) && phoneVerified === true),
  flag(listParam.mktgCommunications, (contact) => hasAccepted(contact, mktgCommunications)),
  flag(listParam.ageVerification, (contact) => hasAccepted(contact, minimumAgeVerification)),
  filter(listParam.signupMethod, (value) => {
    const method = parseEnum(listParam.signupMethod, value, signupMethods);
    return ({ signupMethod }) => signupMethod === method;
  }),
  filter(listParam.locations, (value) => {
    const wanted = new Set(parseList(listParam.locations, value));
    return ({ locationCid }) => wanted.has(locationCid ?? '');
  }),
  filter(listParam.segments, (value) => {
    const wanted = new Set(parseList(listParam.segments, value));
    return ({ segmentCids }) => Array.isArray(segmentCids) && segmentCids.some((cid) => wanted.has(cid));
  }),
  bound(listParam.createdStart, (limit, { created }) => timeOf(created) >= limit),
  bound(listParam.createdEnd, (limit, { created }) => timeOf(created) <= limit),
  bound(listParam.modifiedStart, (limit, { modified }) => timeOf(modified) >= limit),
  bound(listParam.modifiedEnd, (limit, { modified }) => timeOf(modified) <= limit),
  ...searchNames.map((field) =>
    filter(listParam[field], (value) => {
      const wanted = parseText(listParam[field], value);
      return (contact) => searchFields[field](contact) === wanted;
    }),
  ),
]);

const optinPrefix = listParam.customOptin('');

function filterOf(name: string): Filter | undefined {
  if (!name.startsWith(optinPrefix)) return filters.get(name);
  const policy = name.slice(optinPrefix.length);
  if (policy === '') throw validationError('A custom opt-in needs the name of its policy');
  return flag(name, (contact) => hasAccepted(contact, customPolicyPrefix + policy))[1];
}

function filter(name: string, create: Filter): [string, Filter] {
  return [name, create];
}

/** The documentation describes only `true`; `false` selects the other contacts [assumed]. */
function flag(name: string, holds: Predicate): [string, Filter] {
  return [name, (value) => (parseBoolean(name, value) ? holds : (contact) => !holds(contact))];
}

function bound(name: string, holds: (limit: number, contact: Contact) => boolean): [string, Filter] {
  return [
    name,
    (value) => {
      const limit = parseInstant(name, value);
      return (contact) => holds(limit, contact);
    },
  ];
}

/** Returns NaN for a value that is not a time, because every comparison with NaN is false. */
function timeOf(instant: unknown): number {
  return typeof instant === 'string' ? Date.parse(instant) : Number.NaN;
}

function isNonEmptyText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
