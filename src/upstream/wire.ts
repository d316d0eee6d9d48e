/**
 * The wire contract: every name that travels between the gateway and the Cloud4Wi Contacts API, in one place.
 *
 * `[doc]` marks what the vendor's documentation states, `[assumed]` what it leaves open. When a live account
 * says otherwise, this is the file to change; nothing else spells an upstream name. The emulator speaks the
 * same names, from here.
 */

/** Paths; ids are allow-listed by `parseId` before they get here. */
export const path = {
  login: '/v1/sts/login/services', // [doc]
  contacts: (organizationId: string) => `/v2/customers/organizations/${organizationId}`, // [doc]
  contact: (cid: string) => `/v2/customers/${cid}`, // [doc]
  events: (cid: string) => `/v2/customers/${cid}/events`, // [doc]
  devices: (cid: string) => `/v2/customers/${cid}/devices`, // [doc]
  accountings: (cid: string) => `/v2/customers/${cid}/accountings`, // [doc]
  policies: (cid: string) => `/v1/customers/${cid}/policies`, // [doc]
  deleteContact: (cid: string) => `/v1/customers/${cid}`, // [doc]
  createContact: '/v3/customers', // [doc]
  updateContact: (cid: string) => `/v3/customers/${cid}`, // [doc]
  issueToken: (cid: string) => `/v2/customers/${cid}/token`, // [doc]
  redeemToken: (token: string) => `/v2/customers/tokens/${token}`, // [doc]
} as const;

/** Query parameters of the contact list (endpoint 1). */
export const listParam = {
  sid: 'sid', // [doc]
  sortBy: 'sortBy', // [doc]
  sortReverse: 'sortReverse', // [doc]
  customOptin: (policy: string) => `customOptin.${policy}`, // [doc]
  size: 'size', // [assumed] the events endpoint calls it so
  withEmail: 'withEmail', // [assumed], as all below
  withEmailVerified: 'withEmailVerified',
  withPhone: 'withPhone',
  withPhoneVerified: 'withPhoneVerified',
  signupMethod: 'signupMethod',
  locations: 'locations',
  segments: 'segments',
  createdStart: 'createdStart',
  createdEnd: 'createdEnd',
  modifiedStart: 'modifiedStart',
  modifiedEnd: 'modifiedEnd',
  mktgCommunications: 'mktgCommunications',
  ageVerification: 'ageVerification',
  email: 'email',
  phone: 'phone',
  username: 'username',
  extId: 'extId',
  extProp1: 'extProp1',
  extProp2: 'extProp2',
} as const;

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
export type SortKey = (typeof sortKeys)[number];

/** Rows that one page of the contact list may hold [doc]. */
export const pageSize = { min: 1, max: 10_000 } as const;

/** Parameters of the other calls. */
export const param = {
  deduplicate: 'deduplicate', // [doc]
  expiration: 'expiration', // [doc] seconds
  hits: 'hits', // [doc]
} as const;

/** Limits of a customer token [doc]. */
export const tokenLimits = { expiration: { min: 1, max: 86_400 }, hits: { min: 1, max: 100 } } as const;

/** What `deduplicate` takes [doc]; case sensitive, comma separated. */
export const deduplicateKeys = ['phoneNumber', 'email', 'extId', 'extProp1', 'extProp2', 'guid'] as const;

/** Keys of the standard policies [doc]; a custom policy's key carries the prefix. */
export const standardPolicies = ['privacy', 'termsOfUse', 'minimumAgeVerification', 'mktgCommunications'] as const;
export const customPolicyPrefix = 'customs.'; // [doc]

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
export type EventType = (typeof eventTypes)[number];

/** How a contact came to be; `source` of endpoint 8 [doc], and [assumed] `signupMethod` of a profile. */
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

/** Enumerated values of a contact that endpoint 8 takes [doc]. */
export const genders = ['male', 'female', 'other'] as const;
export const civilStatuses = ['Mr', 'Miss', 'Lady'] as const;
export const doubleOptins = ['confirmed', 'confirm_waiting'] as const;

/** The envelope around every body: status and generated [doc], the rest [assumed]. */
export const envelope = { ok: 'OK', ko: 'KO' } as const;

/** Statuses that a KO inside a 200 may stand for, by its `code` [assumed]; any other code is a bad response. */
export const koStatus: ReadonlyMap<string, number> = new Map([
  ['FORBIDDEN', 403],
  ['INVALID_PARAMETERS', 409],
  ['GONE', 410],
  ['TOO_MANY_REQUESTS', 429],
]);

/** Field of the envelope that holds the payload of each read: events [doc], the others [assumed]. */
export const payload = {
  contacts: 'customers',
  contact: 'customer',
  events: 'events',
  devices: 'devices',
  accountings: 'accountings',
  token: 'token',
  tokenOwner: 'customerId',
} as const;

/** Fields of the login (endpoint 12) [doc]. */
export const loginField = { clientKey: 'clientKey', clientSecret: 'clientSecret', token: 'token' } as const;

/** Claims of the upstream's JWT, beside the registered ones [assumed]. */
export const claim = { organization: 'organizationId', scopes: 'scopes' } as const;

/** Scopes that a JWT may carry [doc]; `organization_*` contains the others. */
export const scopes = [
  'organization_read',
  'organization_write',
  'customer_read',
  'customer_write',
  'events_read',
  'hotspots_read',
] as const;
export type Scope = (typeof scopes)[number];
