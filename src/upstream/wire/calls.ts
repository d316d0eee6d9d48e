/** Paths. `parseId` has checked the ids against an allow-list before. */
export const path = {
  login: '/v1/sts/login/services', // [doc]
  logout: '/v1/sts/logout', // [doc]
  service: (serviceId: string) => `/v1/sts/services/${serviceId}`, // [sdk]
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
  contactExists: (organizationId: string) => `/v2/customers/organizations/${organizationId}/exist`, // [sdk]
  organizationPolicies: (organizationId: string) => `/v1/organizations/${organizationId}/policies`, // [sdk]
  organizationEvents: (organizationId: string) => `/v1/organizations/${organizationId}/events`, // [doc]
  checkCredentials: '/v3/customers/credential/check', // [sdk]
  appSettings: (organizationId: string, os: string, bundle: string) =>
    `/v4/organizations/${organizationId}/devices/${os}_${bundle}/settings`, // [sdk]
  registerDevice: (cid: string) => `/v3/customers/${cid}/devices`, // [sdk]
} as const;

/** Returns the URL from which a contact gets its Passpoint profile [doc]. */
export function passpointActivation(token: string): string {
  return `https://osu.cloud4wi.com/activate/${encodeURIComponent(token)}`;
}

/** The method of the only call for which the documentation names none [assumed]. */
export const method = { policies: 'PUT' } as const;

/** Query parameters of the contact list (endpoint 1). */
export const listParam = {
  sid: 'sid', // [doc]
  sortBy: 'sortBy', // [doc]
  sortReverse: 'sortReverse', // [doc]
  customOptin: (policy: string) => `customOptin.${policy}`, // [doc]
  size: 'size', // [assumed] the events endpoint calls it so
  // [assumed] The documentation describes these parameters and does not name them.
  withEmail: 'withEmail',
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

/** Rows that one page of the contact list may hold [doc]. */
export const pageSize = { min: 1, max: 10_000 } as const;

/** Elasticsearch counts no further than this unless it is told to, so this total means "this many, or more" [assumed]. */
export const cappedTotal = 10_000;

/** Query parameters of the check whether a contact exists (endpoint 14) [sdk]; several are joined by AND [assumed]. */
export const existsParam = {
  cid: 'cid',
  username: 'username',
  email: 'email',
  phoneNumber: 'phoneNumber',
  extId: 'extId',
  extProp1: 'extProp1',
  extProp2: 'extProp2',
} as const;

/** Query parameters of the events of an organization (endpoint 20) [doc]; that those of a contact (endpoint 3) take them is [assumed]. */
export const eventsParam = {
  dateStart: 'dateStart',
  dateEnd: 'dateEnd',
  events: 'events',
  size: 'size',
  sortBy: 'sortBy',
  sortReverse: 'sortReverse',
  enableScroll: 'enableScroll',
  scrollId: 'scrollId',
} as const;

/** Values of `sortBy` of the events [doc]: the time at the location, which is the default, or UTC. */
export const eventSortKeys = ['businessTime', 'utcTime'] as const;

/** Parameters of the other calls. */
export const param = {
  deduplicate: 'deduplicate', // [doc]
  expiration: 'expiration', // [doc] seconds
  hits: 'hits', // [doc]
} as const;

/** Limits of a customer token [doc]. */
export const tokenLimits = { expiration: { min: 1, max: 86_400 }, hits: { min: 1, max: 100 } } as const;
