import { contactBlock, contactField } from '../src/upstream/wire/index.ts';
import { createEncoder } from './wire-names.ts';

/**
 * A contact as a row of the list: the Contact object [doc].
 *
 * It is immutable. A write replaces the object, so that the snapshot of a scroll can be an array of references.
 */
export type Contact = { readonly cid: string } & Nullish<{
  title: string;
  firstName: string;
  lastName: string;
  gender: string;
  birthDate: string;
  birthDay: string;
  age: string;
  country: string;
  zipCode: string;
  created: string;
  modified: string;
  email: string;
  emailVerified: boolean;
  phone: string;
  phoneVerified: boolean;
  signupMethod: string;
  externalIdentityId: string;
  username: string;
  locked: boolean;
  organizationCid: string;
  locationCid: string;
  system: string;
  enabled: boolean;
  type: string;
  locationName: string;
  personalId: string;
  externalSource: string;
  lastLogin: string;
  segmentCids: readonly string[];
  logins: number;
  policies: readonly Policy[];
  segments: readonly Segment[];
  extId: ExternalIds;
  metrics: Metrics;
}>;

/** The fields that creation accepts and only the profile (endpoint 2) returns [assumed]. */
export type ProfileOnly = Nullish<{
  language: string;
  companyName: string;
  civilStatus: string;
  doubleOptin: string;
  custom: Readonly<Record<string, unknown>>;
  document: Readonly<Record<string, unknown>>;
  picture: string;
  profileId: string;
  processingData: Nullish<{ profiling: boolean; processingPersonalData: boolean }>;
}>;

/** A contact as endpoint 2 returns it. */
export type Profile = Contact & ProfileOnly;

/** Whether a contact accepts a policy. */
export type Policy = Readonly<{ name: string; accepted: boolean }>;
/** A segment of an organization's contacts. */
export type Segment = Readonly<{ cid: string; name: string }>;
/** The ids of a contact in other systems. */
export type ExternalIds = Nullish<{ id: string; prop1: string; prop2: string }>;

/** The statistics that the upstream computes about a contact's visits. */
export type Metrics = Nullish<{
  frequencyMonthlyVisit: number;
  compassTopLocation: string;
  compassTopLocationCount: number;
  topFrequencyBuckets: string;
  lastVisitVenue: string;
  prefVisitWDay: string;
  lastVisitDateUtc: string;
  avgVisitLength: number;
  countVisitedLocations: number;
  prefVisitTimebucket: string;
  prefVisitTimeHour: string;
  lastVisitDateBusiness: string;
  countTotalVisits: number;
  conversionRate: number;
  avgDaysBetweenVisits: number;
}>;

/** The upstream omits unknown values, or writes them as null. */
type Nullish<T> = { readonly [K in keyof T]?: T[K] | null };

/** Converts one contact or a list of them to the names on the wire. */
export const encodeContacts = createEncoder(contactField, contactBlock);

const profileKeys: ReadonlySet<string> = new Set<keyof ProfileOnly>([
  'language',
  'companyName',
  'civilStatus',
  'doubleOptin',
  'custom',
  'document',
  'picture',
  'profileId',
  'processingData',
]);

/** Splits a profile into the row of the list and the fields that only the profile has. */
export function splitProfile<T extends object>(profile: T): { row: Omit<T, keyof ProfileOnly>; rest: ProfileOnly } {
  const entries = Object.entries(profile);
  const row = Object.fromEntries(entries.filter(([key]) => !profileKeys.has(key)));
  const rest = Object.fromEntries(entries.filter(([key]) => profileKeys.has(key)));
  return { row: row as Omit<T, keyof ProfileOnly>, rest }; // The cast is safe because exactly those keys are removed.
}
