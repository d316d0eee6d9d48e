/** What resolvers and schema may know of the upstream side: the types of what it gives, and its vocabulary. */
export type { Accounting } from './upstream/accounting.ts';
export type { Contact, ContactMetrics, ProfileField } from './upstream/contact.ts';
export type { ContactQuery } from './upstream/contacts.ts';
export type { Device } from './upstream/device.ts';
export type { ContactEvent } from './upstream/event.ts';
export type { Position } from './upstream/position.ts';
export type { EventType, Scope, SortKey } from './upstream/wire.ts';
export { eventTypes } from './upstream/wire.ts';
