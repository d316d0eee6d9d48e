import { z } from 'zod';
import { civilStatuses, doubleOptins, genders, updateField } from '../src/upstream/wire.ts';
import type { Contact, Profile } from './contact.ts';
import { toBirth } from './data/birth.ts';
import { bodyOf } from './wire-names.ts';

/** An object as it came: copying it key by key would run into `__proto__`. */
const anyObject = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object',
);

/** What both creation and update take [doc]. */
export const contactFields = z
  .object({
    firstName: z.string(),
    lastName: z.string(),
    phoneNumber: z.string().regex(/^\+[1-9]\d{5,14}$/, 'must be a phone number in E.164 format'),
    phoneVerified: z.boolean(),
    email: z.string().regex(/^[^\s@]+@[^\s@]+$/, 'must be an email address'),
    emailVerified: z.boolean(),
    gender: z.enum(genders).nullable(),
    birthDate: z.iso.date(),
    language: z.string().regex(/^[a-z]{2}$/, 'must be an ISO 639-1 code'),
    country: z.string().regex(/^[a-z]{2}$/i, 'must be an ISO 3166 code'),
    zipCode: z.string(),
    companyName: z.string(),
    civilStatus: z.enum(civilStatuses).nullable(),
    doubleOptin: z.enum(doubleOptins).nullable(),
    custom: anyObject,
    extId: z.string(),
    extProp1: z.string(),
    extProp2: z.string(),
  })
  .partial().shape;

/** The body of endpoint 9 [doc]. What cannot be changed there, like the username, is refused as unknown. */
export const updateBody = bodyOf(updateField, contactFields);

export type ContactFields = z.output<typeof updateBody>;

/** The changes to a contact that these fields mean; what is not given stays. */
export function toChanges(fields: ContactFields, { extId }: Partial<Contact>, now: number): Partial<Profile> {
  const { firstName, lastName, phoneVerified, email, emailVerified, gender, language, country, zipCode } = fields;
  const { companyName, civilStatus, doubleOptin, custom, phoneNumber: phone, birthDate } = fields;
  const ids = defined({ id: fields.extId, prop1: fields.extProp1, prop2: fields.extProp2 });
  return {
    ...defined({ firstName, lastName, phone, phoneVerified, email, emailVerified, gender, language, country, zipCode }),
    ...defined({ companyName, civilStatus, doubleOptin, custom }),
    ...(birthDate === undefined ? {} : toBirth(birthDate, now)),
    ...(Object.keys(ids).length === 0
      ? {}
      : { extId: { ...none, ...(typeof extId === 'object' ? extId : {}), ...ids } }),
  };
}

const none = { id: null, prop1: null, prop2: null };

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(fields: T): Defined<T> {
  // By construction: T without what is undefined.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
