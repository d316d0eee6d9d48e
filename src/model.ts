/** The types and constants of the upstream side that resolvers and schema may use. */
export type { Organization } from './config/organizations.ts';
export { type Accounting, accountingIdentity } from './upstream/endpoints/accounting.ts';
export type { AppDevice } from './upstream/endpoints/app-device.ts';
export type { App } from './upstream/endpoints/app-settings.ts';
export type { Contact, ContactMetrics, ProfileField } from './upstream/endpoints/contact.ts';
export type { ContactBlocks, ContactChanges, ContactUpdate } from './upstream/endpoints/contact-changes.ts';
export type { CreatedContact, DeduplicateKey, NewContact } from './upstream/endpoints/contact-creation.ts';
export type { ContactExistence, ExistenceKey } from './upstream/endpoints/contact-existence.ts';
export type { ContactToken } from './upstream/endpoints/contact-token.ts';
export type { ContactQuery } from './upstream/endpoints/contacts.ts';
export { type Device, deviceIdentity } from './upstream/endpoints/device.ts';
export type { ContactEvent, EventKind } from './upstream/endpoints/event.ts';
export { covers, type EventFilter, eventTime, matchesFilter } from './upstream/endpoints/event-filter.ts';
export { eventIdentity } from './upstream/endpoints/events.ts';
export type { OrganizationPolicy } from './upstream/endpoints/organization-policies.ts';
export type { Acceptances } from './upstream/endpoints/policy.ts';
export type { Service } from './upstream/endpoints/service.ts';
export type { ContactSelection } from './upstream/pagination/contact-list.ts';
export { decodePosition, encodePosition, type Position, positionOfRow } from './upstream/pagination/position.ts';
export type { Slice } from './upstream/pagination/slice.ts';
export type { Scope, SortKey } from './upstream/wire/index.ts';
export {
  customPolicyPrefix,
  mandatoryPolicies,
  outerIdentityUser,
  standardPolicies,
  tokenLimits,
} from './upstream/wire/index.ts';
