import { BadUserInput } from '../errors.ts';
import { parseId } from '../id.ts';
import type { ContactQuery, SortKey } from '../model.ts';

type Optional<T> = T | null | undefined;

export type ContactFilter = {
  hasEmail?: Optional<boolean>;
  hasVerifiedEmail?: Optional<boolean>;
  hasPhone?: Optional<boolean>;
  hasVerifiedPhone?: Optional<boolean>;
  acceptsMarketing?: Optional<boolean>;
  hasVerifiedAge?: Optional<boolean>;
  acceptedCustomPolicies?: Optional<readonly string[]>;
  signupMethod?: Optional<string>;
  locationIds?: Optional<readonly string[]>;
  segmentIds?: Optional<readonly string[]>;
  createdFrom?: Optional<Date>;
  createdTo?: Optional<Date>;
  modifiedFrom?: Optional<Date>;
  modifiedTo?: Optional<Date>;
  email?: Optional<string>;
  phone?: Optional<string>;
  username?: Optional<string>;
  extId?: Optional<string>;
  extProp1?: Optional<string>;
  extProp2?: Optional<string>;
};

export type ContactOrder = { field: SortKey; direction: 'asc' | 'desc' };

/** Checks a filter and an order and turns them into what the list understands; what is null or absent asks for nothing. */
export function parseContactQuery(filter: Optional<ContactFilter>, order: Optional<ContactOrder>): ContactQuery {
  const given = filter ?? {};
  return {
    withEmail: onlyTrue('hasEmail', given.hasEmail),
    withEmailVerified: onlyTrue('hasVerifiedEmail', given.hasVerifiedEmail),
    withPhone: onlyTrue('hasPhone', given.hasPhone),
    withPhoneVerified: onlyTrue('hasVerifiedPhone', given.hasVerifiedPhone),
    mktgCommunications: onlyTrue('acceptsMarketing', given.acceptsMarketing),
    ageVerification: onlyTrue('hasVerifiedAge', given.hasVerifiedAge),
    customOptins: parsePolicies(given.acceptedCustomPolicies),
    signupMethod: given.signupMethod ?? undefined,
    locations: parseIds('locationIds', given.locationIds),
    segments: parseIds('segmentIds', given.segmentIds),
    ...parseRange('created', given.createdFrom, given.createdTo),
    ...parseRange('modified', given.modifiedFrom, given.modifiedTo),
    email: parseOptionalText('email', given.email),
    phone: parseOptionalText('phone', given.phone),
    username: parseOptionalText('username', given.username),
    extId: parseOptionalText('extId', given.extId),
    extProp1: parseOptionalText('extProp1', given.extProp1),
    extProp2: parseOptionalText('extProp2', given.extProp2),
    sort: order == null ? undefined : { key: order.field, reverse: order.direction === 'desc' },
  };
}

/** Text to search for: an empty one would match what the upstream likes, a lone surrogate or a NUL nothing, at best. */
export function parseText(name: string, value: string): string {
  if (value.length === 0 || value.length > 256 || !value.isWellFormed() || value.includes('\0')) {
    throw new BadUserInput(`"${name}" is 1 to 256 characters of well-formed Unicode, none of them NUL.`);
  }
  return value;
}

function parseOptionalText(name: string, value: Optional<string>): string | undefined {
  return value == null ? undefined : parseText(name, value);
}

/** The upstream can ask for contacts that have something, not for those that lack it. */
function onlyTrue(name: string, value: Optional<boolean>): true | undefined {
  if (value === false)
    throw new BadUserInput(`"${name}" can only be true: the list cannot be narrowed to its opposite.`);
  return value ?? undefined;
}

function parsePolicies(keys: Optional<readonly string[]>): readonly string[] | undefined {
  if (keys == null) return undefined;
  if (keys.length > 100) throw new BadUserInput('"acceptedCustomPolicies" takes at most 100 keys.');
  return keys.map(parsePolicy);
}

function parsePolicy(key: string): string {
  if (!/^[\w.-]{1,64}$/.test(key)) {
    throw new BadUserInput(
      'A custom policy is 1 to 64 letters, digits, "_", "-" or ".", without the prefix "customs.".',
    );
  }
  return key;
}

function parseIds(name: string, ids: Optional<readonly string[]>): readonly string[] | undefined {
  if (ids == null) return undefined;
  if (ids.length === 0 || ids.length > 100) throw new BadUserInput(`"${name}" takes 1 to 100 ids.`);
  return ids.map(parseId);
}

/** The upstream counts in whole seconds and includes both ends: a fraction is rounded towards the inside. */
function parseRange<N extends 'created' | 'modified'>(name: N, from: Optional<Date>, to: Optional<Date>) {
  if (from != null && to != null && from > to) throw new BadUserInput(`"${name}From" must not lie after "${name}To".`);
  return {
    [`${name}Start`]: from == null ? undefined : new Date(Math.ceil(from.getTime() / 1000) * 1000),
    [`${name}End`]: to == null ? undefined : new Date(Math.floor(to.getTime() / 1000) * 1000),
  };
}
