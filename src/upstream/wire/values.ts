/** Values of `sortBy` [doc]. */
export const sortKeys = [
  'firstName',
  'lastName',
  'gender',
  'birthDate',
  'country',
  'created',
  'privacy',
  'termsOfUse',
  'mktgCommunications',
  'ageVerification',
  'phone',
  'phoneVerified',
  'email',
  'emailVerified',
  'provider',
  'username',
  'locked',
  'locations',
  'system',
  'enabled',
  'type',
  'modified_absolute',
  'created_absolute',
  'totalVisits',
  'visitedLocations',
] as const;
/** One of `sortKeys`. */
export type SortKey = (typeof sortKeys)[number];

/** What `deduplicate` takes [doc]; case sensitive, comma separated. */
export const deduplicateKeys = ['phoneNumber', 'email', 'extId', 'extProp1', 'extProp2', 'guid'] as const;

/** Keys of the standard policies [doc]. */
export const standardPolicies = ['privacy', 'termsOfUse', 'minimumAgeVerification', 'mktgCommunications'] as const;
/** The policies without which no contact exists [doc], in the order in which an organization lists them first. */
export const mandatoryPolicies = ['termsOfUse', 'privacy'] as const;
/** The prefix of the key of a custom policy [doc]. */
export const customPolicyPrefix = 'customs.';

/** Kinds of events known today [doc]; new ones may appear. */
export const eventTypes = [
  'signup',
  'visit',
  'login',
  'promo',
  'survey',
  'send_email',
  'open_email',
  'click_email',
  'send_sms',
  'click_sms',
  'arriving',
  'presence',
  'space',
  'dwell',
  'leave',
] as const;
/** One of `eventTypes`. */
export type EventType = (typeof eventTypes)[number];

/** How a contact was created; `source` of endpoint 8 [doc], and [assumed] `signupMethod` of a profile. */
export const signupMethods = [
  'controlpanel',
  'splashportal',
  'mobileapp',
  'kiosk',
  'external',
  'guest_wifi',
  'text',
  'api',
  'qr_code',
  'other',
] as const;

/** Values of `gender` that endpoint 8 accepts [doc]. */
export const genders = ['male', 'female', 'other'] as const;
/** Values of the civil status that endpoint 8 accepts [doc]. */
export const civilStatuses = ['Mr', 'Miss', 'Lady'] as const;
/** Values of the double opt-in that endpoint 8 accepts [doc]. */
export const doubleOptins = ['confirmed', 'confirm_waiting'] as const;

/** Genders by their spellings in lower case: the REST API spells them out, the mobile SDK uses initials [doc]. */
export const genderSpellings: ReadonlyMap<string, (typeof genders)[number]> = new Map(
  genders.flatMap((gender) => [
    [gender, gender],
    [gender.charAt(0), gender],
  ]),
);

/** Countries that are not spelled as in ISO 3166-1 [assumed]: the United Kingdom, and Greece in the European Union. */
export const countrySpellings: ReadonlyMap<string, string> = new Map([
  ['UK', 'GB'],
  ['EL', 'GR'],
]);

/** Scopes that a JWT may carry [doc]; `organization_*` contains the others. */
export const scopes = [
  'organization_read',
  'organization_write',
  'customer_read',
  'customer_write',
  'events_read',
  'hotspots_read',
] as const;
/** One of `scopes`. */
export type Scope = (typeof scopes)[number];
