import { z } from 'zod';
import {
  countryCode,
  date,
  decimal,
  emailAddress,
  flag,
  gender,
  id,
  instant,
  integer,
  jsonObject,
  languageCode,
  oneOf,
  phoneNumber,
  text,
} from './fields.ts';
import { row } from './row.ts';
import type { Upstream } from './upstream.ts';
import { civilStatuses, contactBlock, contactField, doubleOptins, path, payload, signupMethods } from './wire.ts';

const metrics = row(contactBlock.metrics, {
  frequencyMonthlyVisit: decimal,
  compassTopLocation: text,
  compassTopLocationCount: integer,
  topFrequencyBuckets: text,
  lastVisitVenue: text,
  prefVisitWDay: text,
  lastVisitDateUtc: instant,
  avgVisitLength: decimal,
  countVisitedLocations: integer,
  prefVisitTimebucket: text,
  prefVisitTimeHour: text,
  lastVisitDateBusiness: text,
  countTotalVisits: integer,
  conversionRate: decimal,
  avgDaysBetweenVisits: decimal,
});

/** What creation takes and only the profile (endpoint 2) may answer [assumed]. */
const profileOnly = {
  language: languageCode,
  companyName: text,
  civilStatus: oneOf(civilStatuses),
  doubleOptin: oneOf(doubleOptins),
  custom: jsonObject,
  document: row(contactBlock.document, {
    memberId: text,
    number: text,
    passportNumber: text,
    personalId: text,
    type: text,
  }).nullish(),
  picture: text,
  profileId: text,
  processingData: row(contactBlock.processingData, { profiling: flag, processingPersonalData: flag }).nullish(),
};

/** A contact, as the list and its profile have it. */
export const contactRow = row(contactField, {
  ...profileOnly,
  cid: id,
  title: text,
  firstName: text,
  lastName: text,
  gender,
  birthDate: date,
  birthDay: text,
  age: integer,
  country: countryCode,
  zipCode: text,
  created: instant,
  modified: instant,
  email: emailAddress,
  emailVerified: flag,
  phone: phoneNumber,
  phoneVerified: flag,
  signupMethod: oneOf(signupMethods),
  externalIdentityId: text,
  username: text,
  locked: flag,
  organizationCid: text,
  locationCid: text,
  system: text,
  enabled: flag,
  type: text,
  locationName: text,
  personalId: text,
  externalSource: text,
  lastLogin: instant,
  segmentCids: z.array(z.string()).nullish(),
  logins: integer,
  policies: z.array(row(contactBlock.policies, { name: z.string(), accepted: flag })).nullish(),
  segments: z.array(row(contactBlock.segments, { cid: text, name: text })).nullish(),
  extId: row(contactBlock.extId, { id: text, prop1: text, prop2: text }).nullish(),
  metrics: metrics.nullish(),
});

export type Contact = z.output<typeof contactRow>;
export type ContactMetrics = z.output<typeof metrics>;
export type ProfileField = keyof typeof profileOnly;

const answer = row(payload, { contact: contactRow });

/** Endpoint 2: one contact's profile. @throws {NotFound} also for a contact of another organization */
export async function getContact(upstream: Upstream, cid: string): Promise<Contact> {
  const { contact } = await upstream.get(path.contact(cid), answer);
  return { ...nothingMore, ...contact };
}

/** A profile is all there is: what it does not mention is null, where a list row would leave it undefined. */
const nothingMore: Record<ProfileField, null> = {
  language: null,
  companyName: null,
  civilStatus: null,
  doubleOptin: null,
  custom: null,
  document: null,
  picture: null,
  profileId: null,
  processingData: null,
};
