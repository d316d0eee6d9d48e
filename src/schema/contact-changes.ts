import type { InputFieldBuilder } from '@pothos/core';
import type { builder } from './builder.ts';
import { CivilStatus, DoubleOptIn, Gender } from './contact-enums.ts';

type Fields = InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>;

/** The input fields that creation and update have in common. */
export const contactFields = (t: Fields) => ({
  firstName: t.string({ description: 'Given name, 1 to 256 characters.' }),
  lastName: t.string({ description: 'Family name, 1 to 256 characters.' }),
  phone: t.field({ type: 'PhoneNumber', description: 'The phone number.' }),
  phoneVerified: t.boolean({ description: 'Whether the phone number has been confirmed.' }),
  email: t.field({ type: 'EmailAddress', description: 'The e-mail address.' }),
  emailVerified: t.boolean({ description: 'Whether the e-mail address has been confirmed.' }),
  gender: t.field({ type: Gender, description: 'Gender as the person gave it.' }),
  birthDate: t.field({ type: 'Date', description: 'The day the person was born.' }),
  language: t.field({ type: 'LanguageCode', description: 'Preferred language.' }),
  country: t.field({ type: 'CountryCode', description: 'Country of residence.' }),
  zipCode: t.string({ description: 'Postal code, 1 to 256 characters.' }),
  companyName: t.string({ description: 'The company the person works for, 1 to 256 characters.' }),
  civilStatus: t.field({ type: CivilStatus, description: 'How the person is addressed by civil status.' }),
  doubleOptIn: t.field({ type: DoubleOptIn, description: 'How far a double opt-in has come.' }),
  custom: t.field({
    type: 'JSONObject',
    description: 'Custom attributes of the organization, all of them: what is not in this object is not kept.',
  }),
  extId: t.string({ description: 'The id of the contact in another system, 1 to 256 characters.' }),
  extProp1: t.string({ description: 'The first external property, 1 to 256 characters.' }),
  extProp2: t.string({ description: 'The second external property, 1 to 256 characters.' }),
});
