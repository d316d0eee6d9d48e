import { type ContactQuery, customPolicyPrefix, type SortKey } from '../model.ts';
import { eitherName } from './input/deprecated-name.ts';
import { notAllowed } from './input/problems.ts';
import type { Optional, ScalarInput } from './input/scalar-input.ts';
import { type Day, parseLowerBound, parseUpperBound, type TimeInput } from './input/time-input.ts';
import { parseId } from './input/upstream-id.ts';
import type { InputValidator } from './input/validator.ts';
import { parsePolicyKey, parsePolicyName } from './policy.ts';

/** The arguments of the input type `ContactFilter`; null and absent conditions have no effect. */
export type ContactFilter = {
  ids?: Optional<readonly string[]>;
  hasEmail?: Optional<boolean>;
  hasVerifiedEmail?: Optional<boolean>;
  hasPhone?: Optional<boolean>;
  hasVerifiedPhone?: Optional<boolean>;
  acceptsMarketing?: Optional<boolean>;
  hasVerifiedAge?: Optional<boolean>;
  acceptedPolicies?: Optional<readonly string[]>;
  acceptedCustomPolicies?: Optional<readonly string[]>;
  signupMethod?: Optional<string>;
  locationIds?: Optional<readonly string[]>;
  segmentIds?: Optional<readonly string[]>;
  createdFrom?: Optional<TimeInput>;
  createdTo?: Optional<TimeInput>;
  modifiedFrom?: Optional<TimeInput>;
  modifiedTo?: Optional<TimeInput>;
  email?: Optional<ScalarInput<string>>;
  phone?: Optional<ScalarInput<string>>;
  username?: Optional<string>;
  extId?: Optional<string>;
  extProp1?: Optional<string>;
  extProp2?: Optional<string>;
  signupMethods?: Optional<readonly string[]>;
  emails?: Optional<readonly ScalarInput<string>[]>;
  phones?: Optional<readonly ScalarInput<string>[]>;
  usernames?: Optional<readonly string[]>;
  extIds?: Optional<readonly string[]>;
  extProps1?: Optional<readonly string[]>;
  extProps2?: Optional<readonly string[]>;
};

/** The order of a list of contacts. */
export type ContactOrder = { field: SortKey; direction: 'asc' | 'desc' };

/**
 * Converts the conditions with one value, and an order, into a query of the list endpoint; null and absent conditions are
 * left out. The query is incomplete where the validator has problems. Cursors are bound to its members and their order.
 */
export function parseContactQuery(
  filter: Optional<ContactFilter>,
  order: Optional<ContactOrder>,
  validator: InputValidator,
): ContactQuery {
  const given = filter ?? {};
  const condition = (name: ConditionName) => parseCondition(name, given[name], validator);
  return {
    withEmail: condition('hasEmail'),
    withEmailVerified: condition('hasVerifiedEmail'),
    withPhone: condition('hasPhone'),
    withPhoneVerified: condition('hasVerifiedPhone'),
    mktgCommunications: condition('acceptsMarketing'),
    ageVerification: condition('hasVerifiedAge'),
    customOptins: parsePolicies(given, validator),
    signupMethod: given.signupMethod ?? undefined,
    locations: validator.list('locationIds', given.locationIds, oneTo100, parseId),
    segments: validator.list('segmentIds', given.segmentIds, oneTo100, parseId),
    ...parseRange('created', given.createdFrom, given.createdTo, validator),
    ...parseRange('modified', given.modifiedFrom, given.modifiedTo, validator),
    email: validator.text('email', given.email),
    phone: validator.text('phone', given.phone),
    username: validator.text('username', given.username),
    extId: validator.text('extId', given.extId),
    extProp1: validator.text('extProp1', given.extProp1),
    extProp2: validator.text('extProp2', given.extProp2),
    sort: order == null ? undefined : { key: order.field, reverse: order.direction === 'desc' },
  };
}

const upTo100 = { min: 0, max: 100 };
const oneTo100 = { min: 1, max: 100 };

/** Parses custom policies to their names without prefix, as the upstream's parameters have them. */
function parsePolicies(filter: ContactFilter, validator: InputValidator): readonly string[] | undefined {
  const { name, value } = eitherName(filter, 'acceptedPolicies', 'acceptedCustomPolicies', validator);
  if (name === 'acceptedCustomPolicies') return validator.list(name, value, upTo100, parsePolicyName);
  return validator.list(name, value, upTo100, (key: string) => parsePolicyKey(key).slice(customPolicyPrefix.length));
}

type ConditionName =
  | 'hasEmail'
  | 'hasVerifiedEmail'
  | 'hasPhone'
  | 'hasVerifiedPhone'
  | 'acceptsMarketing'
  | 'hasVerifiedAge';

/** The upstream filters for contacts that have something, and has no filter for those that lack it. */
function parseCondition(name: string, value: Optional<boolean>, validator: InputValidator): true | undefined {
  if (value !== false) return value ?? undefined;
  return validator.add([name], notAllowed('Only true is possible: the list cannot be narrowed to its opposite.'));
}

/** The last second that has four digits for its year, beyond which rounding must not go. */
const lastSecond = Date.UTC(9999, 11, 31, 23, 59, 59);

/** The upstream compares whole seconds and includes both ends, so fractions are rounded towards the inside of the range. */
function parseRange<N extends 'created' | 'modified'>(
  name: N,
  first: Optional<TimeInput>,
  last: Optional<TimeInput>,
  validator: InputValidator,
) {
  const from = validator.parse<Date | Day, Date>(`${name}From`, first, parseLowerBound);
  const to = validator.parse<Date | Day, Date>(`${name}To`, last, parseUpperBound);
  if (from && to && from > to) validator.add([`${name}From`], notAllowed(`Use a time that is not after "${name}To".`));
  return {
    [`${name}Start`]: from && new Date(Math.min(Math.ceil(from.getTime() / 1000) * 1000, lastSecond)),
    [`${name}End`]: to && new Date(Math.floor(to.getTime() / 1000) * 1000),
  };
}
