import type { InputFieldBuilder } from '@pothos/core';
import type { ContactFields } from '../resolvers/contact-changes.ts';
import { builder } from './builder.ts';
import { CivilStatus, DoubleOptIn, Gender } from './contact-enums.ts';

type Fields = InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>;

const ExternalIdsInput = builder.inputType('ExternalIdsInput', {
  description: 'What other systems call a contact. What is left out is not set.',
  fields: (t) => ({
    extId: t.string({ description: 'The id of the contact in another system, 1 to 256 characters.' }),
    extProp1: t.string({ description: 'The first external property, 1 to 256 characters.' }),
    extProp2: t.string({ description: 'The second external property, 1 to 256 characters.' }),
  }),
});

const useExternalIds = 'Use externalIds.';

/** Returns the description of a field. */
type Describe = (name: keyof ContactFields, text: string) => string;

/**
 * The input fields that creation and update have in common.
 *
 * @param describe adds to a description what is true of one of the two only
 */
export const contactFields = (t: Fields, describe: Describe = (_name, text) => text) => ({
  firstName: t.string({ description: describe('firstName', 'Given name, 1 to 256 characters.') }),
  lastName: t.string({ description: describe('lastName', 'Family name, 1 to 256 characters.') }),
  phone: t.field({ type: 'PhoneNumber', description: describe('phone', 'The phone number.') }),
  phoneVerified: t.boolean({ description: describe('phoneVerified', 'Whether the phone number has been confirmed.') }),
  email: t.field({ type: 'EmailAddress', description: describe('email', 'The e-mail address.') }),
  emailVerified: t.boolean({
    description: describe('emailVerified', 'Whether the e-mail address has been confirmed.'),
  }),
  gender: t.field({ type: Gender, description: describe('gender', 'Gender as the person gave it.') }),
  birthDate: t.field({ type: 'Date', description: describe('birthDate', 'The day the person was born.') }),
  language: t.field({ type: 'LanguageCode', description: describe('language', 'Preferred language.') }),
  country: t.field({ type: 'CountryCode', description: describe('country', 'Country of residence.') }),
  zipCode: t.string({ description: describe('zipCode', 'Postal code, 1 to 256 characters.') }),
  companyName: t.string({
    description: describe('companyName', 'The company the person works for, 1 to 256 characters.'),
  }),
  civilStatus: t.field({
    type: CivilStatus,
    description: describe('civilStatus', 'How the person is addressed by civil status.'),
  }),
  doubleOptIn: t.field({
    type: DoubleOptIn,
    description: describe('doubleOptIn', 'How far a double opt-in has come.'),
  }),
  custom: t.field({
    type: 'JSONObject',
    description: describe(
      'custom',
      'Custom attributes of the organization, all of them: what is not in this object is not kept.',
    ),
  }),
  externalIds: t.field({
    type: ExternalIdsInput,
    description: describe('externalIds', 'What other systems call the contact.'),
  }),
  extId: t.string({
    description: describe('extId', 'The id of the contact in another system, 1 to 256 characters.'),
    deprecationReason: useExternalIds,
  }),
  extProp1: t.string({
    description: describe('extProp1', 'The first external property, 1 to 256 characters.'),
    deprecationReason: useExternalIds,
  }),
  extProp2: t.string({
    description: describe('extProp2', 'The second external property, 1 to 256 characters.'),
    deprecationReason: useExternalIds,
  }),
});
