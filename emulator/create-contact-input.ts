import { randomBytes, randomInt } from 'node:crypto';
import { z } from 'zod';
import {
  createBlock,
  createField,
  customPolicyPrefix,
  sdkCreateField,
  signupMethods,
  standardPolicies,
} from '../src/upstream/wire/index.ts';
import type { Profile } from './contact.ts';
import { contactFields, documentBody, processingBody, toChanges } from './contact-fields.ts';
import { applyPolicies, isPolicyKey } from './contact-policies.ts';
import type { SeedData } from './data/seed-data.ts';
import { toInstant } from './data/time.ts';
import { bodySchema } from './wire-names.ts';

const [privacy, termsOfUse] = standardPolicies;
const accepted = z.literal(true, 'must be true, or nothing is created');

const text = z.string().optional();

const device = bodySchema(createBlock.device, {
  ...{ source: text, bundle: text, vendorId: text, advId: text, installId: text, os: text },
  ...{ device: text, created: text, guid: text, modified: text, lastSeen: text },
});

/** The body of endpoint 8 [doc]. */
export const createContactBody = bodySchema(
  { ...createField, ...sdkCreateField },
  {
    ...contactFields,
    organizationId: z.string(),
    locationId: text,
    hotspotId: text,
    source: z.enum(signupMethods),
    username: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
    picture: text,
    browserLanguage: text,
    policies: z
      .object({ [privacy]: accepted, [termsOfUse]: accepted })
      .catchall(z.boolean())
      .refine(
        (policies) => Object.keys(policies).every(isPolicyKey),
        `custom policies begin with ${customPolicyPrefix}`,
      ),
    document: documentBody.optional(),
    lock: z.boolean().default(true),
    profileId: text,
    processingData: processingBody.optional(),
    device: device.optional(),
  },
);

/** The validated body of endpoint 8. */
export type CreateContactInput = z.output<typeof createContactBody>;

/**
 * Converts the body of a creation to a contact with a new cid.
 *
 * @param now seconds since 1970
 */
export function toProfile(
  body: CreateContactInput & { username: string },
  { venues, organizationId }: SeedData,
  now: number,
): Profile {
  const venue = venues.find(({ cid }) => cid === body.locationId) ?? venues[0];
  return {
    ...defaultFields,
    ...toChanges(body, {}, now),
    cid: randomBytes(16).toString('hex'),
    created: toInstant(now),
    modified: toInstant(now),
    signupMethod: body.source,
    username: body.username,
    locked: body.lock,
    organizationCid: organizationId,
    locationCid: venue.cid,
    locationName: venue.name,
    policies: applyPolicies([], Object.entries(body.policies)),
    personalId: body.document?.personalId ?? null,
    document: body.document ?? null,
    picture: body.picture ?? null,
    profileId: body.profileId ?? null,
    processingData: {
      profiling: body.processingData?.profiling ?? false,
      processingPersonalData: body.processingData?.processingPersonalData ?? false,
    },
  };
}

/** Returns random capital letters, of which the usernames and passwords in the vendor's examples consist. */
export function randomLetters(count: number): string {
  return Array.from({ length: count }, () => String.fromCharCode(65 + randomInt(26))).join('');
}

/** The fields of a new contact that its creator did not set. */
export const defaultFields = {
  title: null,
  firstName: null,
  lastName: null,
  gender: null,
  birthDate: null,
  birthDay: null,
  age: null,
  country: null,
  zipCode: null,
  email: null,
  emailVerified: false,
  phone: null,
  phoneVerified: false,
  externalIdentityId: null,
  system: 'api',
  enabled: true,
  type: 'customer',
  externalSource: null,
  lastLogin: null,
  segmentCids: [],
  logins: 0,
  segments: [],
  metrics: null,
  language: null,
  companyName: null,
  civilStatus: null,
  doubleOptin: null,
  custom: {},
  extId: { id: null, prop1: null, prop2: null },
};
