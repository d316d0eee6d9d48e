import { type Field, instant, integer, localTime, optional, type Read, text } from './fields.ts';
import { listOf, row, within } from './row.ts';
import type { Upstream } from './upstream.ts';
import { type EventType, eventBlock, eventField, eventTypes, payload } from './wire.ts';

/** A kind of event known today, or `unknown` for one that the upstream has added since. */
export type EventKind = EventType | 'unknown';

const known: ReadonlySet<unknown> = new Set(eventTypes);

const kind: Field<EventKind> = (block) => {
  const type = (Object(block) as Record<string, unknown>)[eventBlock.event.type]; // any object, and what is none has no type
  return known.has(type) ? (type as EventType) : 'unknown';
};

const campaign = { campaignId: text, campaignName: text };
const message = { ...campaign, communicationId: text, channel: text };

/** What all events have stands in blocks, too. */
const names = {
  ...eventField,
  ...{ kind: eventField.event, type: eventField.event, id: eventField.event },
  ...{ locationId: eventField.where, locationName: eventField.where, hotspotId: eventField.where },
  ...{ createdAt: eventField.when, createdAtLocal: eventField.when, timezone: eventField.when },
};

/** Which block follows `when` depends on the type, and new types may appear. */
const eventRow = row(names, {
  kind,
  type: within(eventBlock.event.type, text),
  id: within(eventBlock.event.id, text),
  locationId: within(eventBlock.where.locationId, text),
  locationName: within(eventBlock.where.locationName, text),
  hotspotId: within(eventBlock.where.hotspotId, text),
  createdAt: within(eventBlock.when.createdAt, instant),
  createdAtLocal: within(eventBlock.when.createdAtLocal, localTime),
  timezone: within(eventBlock.when.timezone, text),
  visit: optional(
    row(eventBlock.visit, {
      startAt: instant,
      startAtLocal: localTime,
      timezone: text,
      duration: integer,
    }),
  ),
  login: optional(row(eventBlock.login, { duration: integer })),
  signup: optional(row(eventBlock.signup, { source: text })),
  email: optional(row(eventBlock.email, { ...message, email: text })),
  sms: optional(row(eventBlock.sms, { ...message, phone: text, prefix: text })),
  survey: optional(row(eventBlock.survey, campaign)),
});

export type ContactEvent = Read<typeof eventRow>;

/** Endpoint 3: all events of a contact, in no promised order. */
export function listEvents(upstream: Upstream, cid: string): Promise<readonly ContactEvent[]> {
  return upstream.read('events', cid, ({ need }) => need(payload.events, listOf(eventRow)));
}
