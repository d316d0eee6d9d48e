import type { ArgBuilder } from '@pothos/core';
import type { ContactEvent, EventKind } from '../model.ts';
import { contactEvents, eventContact, parseFirstEvents } from '../resolvers/event.ts';
import { eventId } from '../resolvers/row-id.ts';
import { requiresScope } from './access.ts';
import { branch } from './branch.ts';
import { builder } from './builder.ts';
import { branchCost, type CountCalls, costs, eventContactCost, readProfiles } from './call-cost.ts';
import { connectionOf, forwardArgs, notFetchable } from './connection.ts';
import { ContactRef, contactAccess } from './contact.ts';
import { enumValues } from './enum.ts';
import { eventFields } from './event-fields.ts';
import { eventKinds } from './event-kinds.ts';
import { selectedBranches } from './look-ahead.ts';

const kinds = Object.entries(eventKinds) as [EventKind, (typeof eventKinds)[EventKind]][]; // its own keys

const ContactEventType = builder.enumType('ContactEventType', {
  description: 'The kinds of events, and `UNKNOWN` for those that the upstream has added since.',
  values: enumValues(
    Object.fromEntries(kinds.map(([kind, { description }]) => [kind, description])) as Record<EventKind, string>,
  ),
});

/** The contact of its own events is read already. */
const countEventContact: CountCalls = (calls, _args, on) => readProfiles(calls, on);

const ContactEventRef = builder.interfaceRef<ContactEvent>('ContactEvent').implement({
  description: 'Something that a contact did or that was done for them; one type for each kind of event.',
  resolveType: (event) => eventKinds[event.kind].typeName,
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: `The global id of this event. ${notFetchable}`,
      resolve: (event, _args, context) => eventId(eventKinds[event.kind].typeName, event, context),
    }),
    type: t.expose('kind', { type: ContactEventType, nullable: false, description: 'The kind of event.' }),
    contactId: t.exposeID('contactId', { description: "The upstream's id of the contact." }),
    contact: t.field({
      type: ContactRef,
      description: `The contact that the event is about; null if it no longer exists. ${eventContactCost}`,
      extensions: {
        ...contactAccess,
        ...costs('in a list of the organization: 1 for each event', countEventContact, 'contact'),
      },
      resolve: (event, _args, context, info) => eventContact(event, selectedBranches(info, context), context),
    }),
    eventId: t.exposeString('id', { description: "The upstream's id of the event." }),
    occurredAt: t.expose('createdAt', { type: 'DateTime', description: 'When it happened.' }),
    occurredAtLocal: t.expose('createdAtLocal', {
      type: 'LocalDateTime',
      description: 'When it happened by the clock on the wall, in `timezone`.',
    }),
    timezone: t.exposeString('timezone', { description: 'Time zone of the location (IANA).' }),
    locationId: t.exposeID('locationId', { description: "The upstream's id of the location." }),
    locationName: t.exposeString('locationName', {
      description: 'Where it happened, as the organization calls the place.',
    }),
    hotspotId: t.exposeID('hotspotId', { description: "The upstream's id of the access point." }),
  }),
});

for (const [, { typeName, description, block }] of kinds) {
  builder.objectType(builder.objectRef<ContactEvent>(typeName), {
    description,
    interfaces: [ContactEventRef],
    ...(block === undefined ? {} : { fields: eventFields[block] }),
  });
}

/** A page of events. */
export const ContactEventConnection = connectionOf(ContactEventRef, 'events');

/** Defines the arguments that say which events a list has. */
export function eventFilterArgs(arg: ArgBuilder<typeof builder.$inferSchemaTypes>) {
  return {
    types: arg({ type: [ContactEventType], description: 'Only events of these kinds.' }),
    since: arg({ type: 'DateTime', description: 'Only events at this time, on this day, or later.' }),
    until: arg({
      type: 'DateTime',
      description: 'Only events before this time; with a day, those before the end of the day.',
    }),
  };
}

builder.objectFields(ContactRef, (t) => ({
  events: t.field({
    type: ContactEventConnection,
    description: `The events of the contact, newest first. ${branchCost}`,
    args: {
      ...forwardArgs(t.arg),
      ...eventFilterArgs(t.arg),
    },
    extensions: { ...branch('events', parseFirstEvents), ...requiresScope('customer_read', { session: true }) },
    resolve: contactEvents,
  }),
}));
