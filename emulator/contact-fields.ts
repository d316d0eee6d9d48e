import { z } from 'zod';
import {
  civilStatuses,
  createBlock,
  doubleOptins,
  genders,
  sdkUpdateField,
  updateField,
} from '../src/upstream/wire/index.ts';
import type { Contact, Profile } from './contact.ts';
import { toBirth } from './data/birth.ts';
import { bodySchema } from './wire-names.ts';

/** Accepts any object without copying it, because a copy would assign the key `__proto__`. */
const anyObject = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object',
);

/** The fields that both creation and update accept [doc]. */
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

const text = z.string().optional();

/** An identity document in a body [doc]. */
export const documentBody = bodySchema(createBlock.document, {
  memberId: text,
  number: text,
  passportNumber: text,
  personalId: text,
  type: text,
});

/** The consent in a body [doc]. */
export const processingBody = bodySchema(createBlock.processingData, {
  profiling: z.boolean().optional(),
  processingPersonalData: z.boolean().optional(),
});

/**
 * The body of endpoint 9 [doc], with the objects that the vendor's SDK sends [sdk]. Fields that cannot be updated, like the
 * username, are rejected as unknown.
 */
export const updateBody = bodySchema(
  { ...updateField, ...sdkUpdateField },
  { ...contactFields, document: documentBody.optional(), processingData: processingBody.optional() },
);

/** The validated body of an update. */
export type ContactFields = z.output<typeof updateBody>;

/**
 * Converts the fields of a body to changes of a contact.
 *
 * @param contact the current contact, whose other external ids are kept
 * @param now seconds since 1970, for the age
 * @returns only the fields that change
 */
export function toChanges(fields: ContactFields, { extId }: Partial<Contact>, now: number): Partial<Profile> {
  const { firstName, lastName, phoneVerified, email, emailVerified, gender, language, country, zipCode } = fields;
  const { companyName, civilStatus, doubleOptin, custom, phoneNumber: phone, birthDate, document } = fields;
  const { profiling = null, processingPersonalData = null } = fields.processingData ?? {};
  const ids = withoutUndefined({ id: fields.extId, prop1: fields.extProp1, prop2: fields.extProp2 });
  return {
    ...withoutUndefined({
      firstName,
      lastName,
      phone,
      phoneVerified,
      email,
      emailVerified,
      gender,
      language,
      country,
      zipCode,
    }),
    // [assumed] Each of the objects is replaced as a whole.
    ...withoutUndefined({ companyName, civilStatus, doubleOptin, custom, document }),
    ...(fields.processingData === undefined ? {} : { processingData: { profiling, processingPersonalData } }),
    ...(birthDate === undefined ? {} : toBirth(birthDate, now)),
    ...(Object.keys(ids).length === 0
      ? {}
      : { extId: { ...noExternalIds, ...(typeof extId === 'object' ? extId : {}), ...ids } }),
  };
}

const noExternalIds = { id: null, prop1: null, prop2: null };

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(fields: T): Defined<T> {
  // The cast is safe because only undefined values are removed.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
