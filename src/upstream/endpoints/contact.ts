import { withShape } from '../decode/decoder.ts';
import {
  anyText,
  count,
  countInText,
  countryCode,
  type Decoded,
  date,
  emailAddress,
  type FieldDecoder,
  flag,
  gender,
  id,
  instant,
  jsonObject,
  languageCode,
  measure,
  monthDay,
  oneOf,
  optional,
  optionalId,
  phoneNumber,
  text,
} from '../decode/fields.ts';
import { listOf, rowDecoder } from '../decode/row.ts';
import type { Upstream } from '../operation/upstream.ts';
import { civilStatuses, contactBlock, contactField, doubleOptins, payload, signupMethods } from '../wire/index.ts';

const metrics = rowDecoder(contactBlock.metrics, {
  frequencyMonthlyVisit: measure,
  compassTopLocation: text,
  compassTopLocationCount: count,
  topFrequencyBuckets: text,
  lastVisitVenue: text,
  prefVisitWDay: text,
  lastVisitDateUtc: instant,
  avgVisitLength: measure,
  countVisitedLocations: count,
  prefVisitTimebucket: text,
  prefVisitTimeHour: text,
  lastVisitDateBusiness: date,
  countTotalVisits: count,
  conversionRate: measure,
  avgDaysBetweenVisits: measure,
});

/** Fields that a creation takes, and that only the profile (endpoint 2) may have [assumed]. */
const profileOnly = {
  language: languageCode,
  companyName: text,
  civilStatus: oneOf(civilStatuses),
  doubleOptin: oneOf(doubleOptins),
  custom: jsonObject,
  document: optional(
    rowDecoder(contactBlock.document, {
      memberId: text,
      number: text,
      passportNumber: text,
      personalId: text,
      type: text,
    }),
  ),
  picture: text,
  profileId: text,
  processingData: optional(rowDecoder(contactBlock.processingData, { profiling: flag, processingPersonalData: flag })),
};

/** Fields that both a row of the list and the profile have. */
const common = {
  cid: id,
  title: text,
  firstName: text,
  lastName: text,
  gender,
  birthDate: date,
  birthDay: monthDay,
  age: countInText,
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
  organizationCid: optionalId,
  locationCid: optionalId,
  system: text,
  enabled: flag,
  type: text,
  locationName: text,
  personalId: text,
  externalSource: text,
  lastLogin: instant,
  segmentCids: optional(listOf(id)),
  logins: count,
  policies: optional(listOf(rowDecoder(contactBlock.policies, { name: anyText, accepted: flag }, ['name']))),
  segments: optional(listOf(rowDecoder(contactBlock.segments, { cid: optionalId, name: text }))),
  extId: optional(rowDecoder(contactBlock.extId, { id: text, prop1: text, prop2: text })),
  metrics: optional(metrics),
};

/** Decodes a contact of the list. */
export const contactRow = rowDecoder(contactField, { ...profileOnly, ...common }, ['cid']);

/** Decodes the rows of the list. */
export const contactRows = listOf(contactRow);

/** Decodes a profile, which has everything: a field that is absent is null here, and undefined in a row of the list. */
export const profileRow = rowDecoder(contactField, { ...nullIfAbsent(profileOnly), ...common }, ['cid']);

/** A contact: a row of the list or a profile. */
export type Contact = Decoded<typeof contactRow>;
/** The visit statistics of a contact. */
export type ContactMetrics = Decoded<typeof metrics>;
/** A field that only a profile may have. */
export type ProfileField = keyof typeof profileOnly;

/** Our names of the fields that only a profile may have. */
export const profileFields = Object.keys(profileOnly);

/** Endpoint 2: reads the profile of a contact. @throws {NotFound} also for a contact of another organization */
export function getContact(upstream: Upstream, cid: string): Promise<Contact> {
  return upstream.read('contact', cid, ({ required }) => required(payload.contact, profileRow));
}

function nullIfAbsent<F extends Readonly<Record<string, FieldDecoder<unknown>>>>(fields: F): F {
  const entries = Object.entries(fields).map(([name, field]): [string, FieldDecoder<unknown>] => [
    name,
    withShape((value, ...holder) => field(value ?? null, ...holder), { kind: 'optional', inner: field }),
  ]);
  return Object.fromEntries(entries) as F; // `F` with the same keys
}
