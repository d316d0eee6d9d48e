import { BadUserInput } from '../errors.ts';
import { parseId } from '../id.ts';
import type { ContactQuery, SortKey } from '../model.ts';
import { type Optional, type ScalarInput, unwrapOptionalScalarInput } from './input/scalar-input.ts';
import { parseText } from './input/text.ts';
import { parsePolicyName } from './policy.ts';

/** The arguments of the input type `ContactFilter`; null and absent conditions have no effect. */
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
  createdFrom?: Optional<ScalarInput<Date>>;
  createdTo?: Optional<ScalarInput<Date>>;
  modifiedFrom?: Optional<ScalarInput<Date>>;
  modifiedTo?: Optional<ScalarInput<Date>>;
  email?: Optional<ScalarInput<string>>;
  phone?: Optional<ScalarInput<string>>;
  username?: Optional<string>;
  extId?: Optional<string>;
  extProp1?: Optional<string>;
  extProp2?: Optional<string>;
};

/** The order of a list of contacts. */
export type ContactOrder = { field: SortKey; direction: 'asc' | 'desc' };

/** Converts a filter and an order into a query of the list endpoint; null and absent conditions are left out. @throws {BadUserInput} */
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

function parseOptionalText(name: string, given: Optional<ScalarInput<string>>): string | undefined {
  const value = unwrapOptionalScalarInput(given);
  return value === undefined ? undefined : parseText(name, value);
}

/** The upstream filters for contacts that have something, and has no filter for those that lack it. */
function onlyTrue(name: string, value: Optional<boolean>): true | undefined {
  if (value === false)
    throw new BadUserInput(`"${name}" can only be true: the list cannot be narrowed to its opposite.`);
  return value ?? undefined;
}

function parsePolicies(keys: Optional<readonly string[]>): readonly string[] | undefined {
  if (keys == null) return undefined;
  if (keys.length > 100) throw new BadUserInput('"acceptedCustomPolicies" takes at most 100 keys.');
  return keys.map(parsePolicyName);
}

function parseIds(name: string, ids: Optional<readonly string[]>): readonly string[] | undefined {
  if (ids == null) return undefined;
  if (ids.length === 0 || ids.length > 100) throw new BadUserInput(`"${name}" takes 1 to 100 ids.`);
  return ids.map(parseId);
}

/** The last second that has four digits for its year, beyond which rounding must not go. */
const lastSecond = Date.UTC(9999, 11, 31, 23, 59, 59);

/** The upstream compares whole seconds and includes both ends, so fractions are rounded towards the inside of the range. */
function parseRange<N extends 'created' | 'modified'>(
  name: N,
  ...ends: [Optional<ScalarInput<Date>>, Optional<ScalarInput<Date>>]
) {
  const [from, to] = [unwrapOptionalScalarInput(ends[0]), unwrapOptionalScalarInput(ends[1])];
  if (from && to && from > to) throw new BadUserInput(`"${name}From" must not lie after "${name}To".`);
  return {
    [`${name}Start`]: from && new Date(Math.min(Math.ceil(from.getTime() / 1000) * 1000, lastSecond)),
    [`${name}End`]: to && new Date(Math.floor(to.getTime() / 1000) * 1000),
  };
}
