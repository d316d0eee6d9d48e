import type { ContactChanges } from '../model.ts';
import { bothNames } from './input/deprecated-name.ts';
import type { Optional, ScalarInput } from './input/scalar-input.ts';
import type { InputValidator } from './input/validator.ts';

/** The external ids of a contact as clients send them. */
export type ExternalIdsInput = {
  readonly extId?: Optional<string>;
  readonly extProp1?: Optional<string>;
  readonly extProp2?: Optional<string>;
};

/** The input fields that creation and update have in common. */
export type ContactFields = {
  firstName?: Optional<string>;
  lastName?: Optional<string>;
  phone?: Optional<ScalarInput<string>>;
  phoneVerified?: Optional<boolean>;
  email?: Optional<ScalarInput<string>>;
  emailVerified?: Optional<boolean>;
  gender?: ContactChanges['gender'];
  birthDate?: Optional<ScalarInput<string>>;
  language?: Optional<ScalarInput<string>>;
  country?: Optional<ScalarInput<string>>;
  zipCode?: Optional<string>;
  companyName?: Optional<string>;
  civilStatus?: ContactChanges['civilStatus'];
  doubleOptIn?: ContactChanges['doubleOptin'];
  custom?: Optional<ScalarInput<Readonly<Record<string, unknown>>>>;
  externalIds?: Optional<ExternalIdsInput>;
  extId?: Optional<string>;
  extProp1?: Optional<string>;
  extProp2?: Optional<string>;
};

/** Parses the common fields; null means the same as an absent field. Problems are added to the validator. */
export function parseContactFields(input: ContactFields, check: InputValidator): ContactChanges {
  return {
    firstName: check.text('firstName', input.firstName),
    lastName: check.text('lastName', input.lastName),
    phone: check.value('phone', input.phone),
    phoneVerified: input.phoneVerified ?? undefined,
    email: check.text('email', input.email),
    emailVerified: input.emailVerified ?? undefined,
    gender: input.gender ?? undefined,
    birthDate: check.value('birthDate', input.birthDate),
    language: check.value('language', input.language),
    country: check.value('country', input.country),
    zipCode: check.text('zipCode', input.zipCode),
    companyName: check.text('companyName', input.companyName),
    civilStatus: input.civilStatus ?? undefined,
    doubleOptin: input.doubleOptIn ?? undefined,
    custom: check.value('custom', input.custom),
    extId: parseExternalId('extId', input, check),
    extProp1: parseExternalId('extProp1', input, check),
    extProp2: parseExternalId('extProp2', input, check),
  };
}

/** Parses an external id, which may stand beside the object of all of them, where it is deprecated. */
function parseExternalId(
  name: keyof ExternalIdsInput,
  input: ContactFields,
  check: InputValidator,
): string | undefined {
  const value = input.externalIds?.[name];
  if (value === undefined) return check.text(name, input[name]);
  if (input[name] !== undefined) check.add([name], bothNames('externalIds', name));
  return check.nested('externalIds').text(name, value);
}
