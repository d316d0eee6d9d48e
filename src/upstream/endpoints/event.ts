import {
  count,
  type Decoded,
  type FieldDecoder,
  instant,
  localTime,
  optional,
  optionalId,
  text,
} from '../decode/fields.ts';
import { listOf, nestedField, rowDecoder } from '../decode/row.ts';
import type { Upstream } from '../operation/upstream.ts';
import { type EventType, eventBlock, eventField, eventTypes, payload } from '../wire/index.ts';

/** A type of event that the contract lists, or `unknown` for one that the upstream has added since. */
export type EventKind = EventType | 'unknown';

const documentedTypes: ReadonlySet<unknown> = new Set(eventTypes);

const kind: FieldDecoder<EventKind> = (block) => {
  const type = (Object(block) as Record<string, unknown>)[eventBlock.event.type]; // Object() returns an object for any value
  return documentedTypes.has(type) ? (type as EventType) : 'unknown';
};

const campaign = { campaignId: optionalId, campaignName: text };
const message = { ...campaign, communicationId: optionalId, channel: text };

/** Fields of blocks that all events have are fields of the row here. */
const names = {
  ...eventField,
  ...{ kind: eventField.event, type: eventField.event, id: eventField.event },
  ...{ locationId: eventField.where, locationName: eventField.where, hotspotId: eventField.where },
  ...{ createdAt: eventField.when, createdAtLocal: eventField.when, timezone: eventField.when },
};

/** The type of an event decides which further block it has, and new types may appear. */
const eventRow = rowDecoder(names, {
  kind,
  type: nestedField(eventBlock.event.type, text),
  id: nestedField(eventBlock.event.id, text),
  locationId: nestedField(eventBlock.where.locationId, optionalId),
  locationName: nestedField(eventBlock.where.locationName, text),
  hotspotId: nestedField(eventBlock.where.hotspotId, optionalId),
  createdAt: nestedField(eventBlock.when.createdAt, instant),
  createdAtLocal: nestedField(eventBlock.when.createdAtLocal, localTime),
  timezone: nestedField(eventBlock.when.timezone, text),
  visit: optional(
    rowDecoder(eventBlock.visit, {
      startAt: instant,
      startAtLocal: localTime,
      timezone: text,
      duration: count,
    }),
  ),
  login: optional(rowDecoder(eventBlock.login, { duration: count })),
  signup: optional(rowDecoder(eventBlock.signup, { source: text })),
  email: optional(rowDecoder(eventBlock.email, { ...message, email: text })),
  sms: optional(rowDecoder(eventBlock.sms, { ...message, phone: text, prefix: text })),
  survey: optional(rowDecoder(eventBlock.survey, campaign)),
});

/** Something that happened to a contact. */
export type ContactEvent = Decoded<typeof eventRow>;

/** Endpoint 3: reads all events of a contact, in no particular order. @throws {NotFound} */
export function listEvents(upstream: Upstream, cid: string): Promise<readonly ContactEvent[]> {
  return upstream.read('events', cid, ({ required }) => required(payload.events, listOf(eventRow)));
}
