/** What resolvers and schema may know of the upstream side: the types of what it gives, and its vocabulary. */
export type { Organization } from './organizations.ts';
export type { Accounting } from './upstream/accounting.ts';
export type { Contact, ContactMetrics, ProfileField } from './upstream/contact.ts';
export type { ContactChanges } from './upstream/contact-changes.ts';
export type { Created, DeduplicateKey, NewContact } from './upstream/contact-creation.ts';
export type { ContactToken } from './upstream/contact-token.ts';
export type { ContactQuery } from './upstream/contacts.ts';
export type { Device } from './upstream/device.ts';
export type { ContactEvent, EventKind } from './upstream/event.ts';
export type { Acceptances } from './upstream/policy.ts';
export type { Position } from './upstream/position.ts';
export type { Slice } from './upstream/reader.ts';
export type { Scope, SortKey } from './upstream/wire.ts';
export { customPolicyPrefix, standardPolicies, tokenLimits } from './upstream/wire.ts';
