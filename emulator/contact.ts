import { contactBlock, contactField } from '../src/upstream/wire.ts';
import { writer } from './wire-names.ts';

/**
 * A contact as a row of the list: the Contact object [doc].
 *
 * Immutable: a write puts a new object in its place, so that a scroll's snapshot is an array of references.
 */
export type Contact = { readonly cid: string } & Known<{
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

/** What creation takes and only the profile (endpoint 2) answers [assumed]. */
export type ProfileOnly = Known<{
  language: string;
  companyName: string;
  civilStatus: string;
  doubleOptin: string;
  custom: Readonly<Record<string, unknown>>;
  document: Readonly<Record<string, unknown>>;
  picture: string;
  profileId: string;
  processingData: Known<{ profiling: boolean; processingPersonalData: boolean }>;
}>;

/** A contact as its profile shows it. */
export type Profile = Contact & ProfileOnly;

export type Policy = Readonly<{ name: string; accepted: boolean }>;
export type Segment = Readonly<{ cid: string; name: string }>;
export type ExternalIds = Known<{ id: string; prop1: string; prop2: string }>;

export type Metrics = Known<{
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

/** What the upstream does not know it leaves out or writes as null. */
type Known<T> = { readonly [K in keyof T]?: T[K] | null };

/** Contacts, or one, as they leave. */
export const toWireContacts = writer(contactField, contactBlock);

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

/** Takes a profile, or a part of one, apart into the list's row and what only the profile shows. */
export function splitProfile<T extends object>(profile: T): { row: Omit<T, keyof ProfileOnly>; rest: ProfileOnly } {
  const entries = Object.entries(profile);
  const row = Object.fromEntries(entries.filter(([key]) => !profileKeys.has(key)));
  const rest = Object.fromEntries(entries.filter(([key]) => profileKeys.has(key)));
  return { row: row as Omit<T, keyof ProfileOnly>, rest }; // by construction: T without those keys
}
