/** The fixed ids and credentials of the demo organization, taken from the vendor's examples where possible. */
export const demo = {
  organizationId: '3a8ccd060216452e09b2b32e750cb5eb',
  locationId: 'ff80808170f5232b01754653699e109e',
  /** Contact number 0, which has a value for most fields. */
  contactId: '986a372347aac5e4a94516db835d58aa',
  /** The password that belongs to the username of this contact. */
  contactPassword: 'demo-password',
  clientKey: 'ck-00000000-0000-4000-8000-000000000001',
  clientSecret: 'demo-secret',
  serviceId: 'a0000000000000000000000000000001',
} as const;

/** A second tenant, for tests of tenant isolation. */
export const second = {
  organizationId: '5ec0d0000216452e09b2b32e750cb5eb',
  clientKey: 'ck-00000000-0000-4000-8000-000000000002',
  clientSecret: 'second-secret',
  serviceId: 'a0000000000000000000000000000002',
} as const;

/** A client of the demo organization that may only read contacts. */
export const publicApp = {
  clientKey: 'ck-00000000-0000-4000-8000-000000000003',
  clientSecret: 'public-secret',
  serviceId: 'a0000000000000000000000000000003',
} as const;

/** A client of the demo organization that may write contacts but not read them. */
export const writeOnly = {
  clientKey: 'ck-00000000-0000-4000-8000-000000000004',
  clientSecret: 'writer-secret',
  serviceId: 'a0000000000000000000000000000004',
} as const;

/** A client whose service has both organizations. */
export const several = {
  clientKey: 'ck-00000000-0000-4000-8000-000000000005',
  clientSecret: 'several-secret',
  serviceId: 'a0000000000000000000000000000005',
} as const;

/** A client whose service has no organization. */
export const none = {
  clientKey: 'ck-00000000-0000-4000-8000-000000000006',
  clientSecret: 'none-secret',
  serviceId: 'a0000000000000000000000000000006',
} as const;
