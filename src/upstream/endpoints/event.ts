import { shapeOf, withShape } from '../decode/decoder.ts';
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
import type { WireObject } from '../decode/row-class.ts';
import { type EventType, eventBlock, eventField, eventTypes } from '../wire/index.ts';

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
  ...{ kind: eventField.event, type: eventField.event, id: eventField.event, contactId: eventField.customerId },
  ...{ locationId: eventField.where, locationName: eventField.where, hotspotId: eventField.where },
  ...{ createdAt: eventField.when, createdAtLocal: eventField.when, timezone: eventField.when },
};

/** The type of an event decides which further block it has, and new types may appear. */
const nestedEventRow = rowDecoder(names, {
  kind,
  contactId: optionalId,
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

/** Decodes a row in either spelling: the type and id in `event`, or at the top. Where both are there, `event` counts. */
export const eventRow: typeof nestedEventRow = (value, holder, name) => {
  if (typeof value === 'object' && value !== null) nestEvent(value as WireObject);
  return nestedEventRow(value, holder, name);
};

const rowShape = shapeOf(nestedEventRow);
if (rowShape?.kind === 'row') withShape(eventRow, { ...rowShape, normalize: nestEvent });

/** Decodes the list of events. */
export const eventRows = listOf(eventRow);

/** Moves the type and id of a flat row to where those of the other spelling are. The row belongs to its decoder. */
function nestEvent(row: WireObject): void {
  const nested = row[eventField.event];
  const isFlat = row[eventField.type] !== undefined || row[eventField.id] !== undefined;
  if (!isFlat || (nested != null && typeof nested !== 'object') || Array.isArray(nested)) return;
  const { [eventBlock.event.type]: type, [eventBlock.event.id]: id } = Object(nested) as WireObject;
  row[eventField.event] = {
    [eventBlock.event.type]: type ?? row[eventField.type],
    [eventBlock.event.id]: id ?? row[eventField.id],
  };
}

/** Something that happened to a contact. */
export type ContactEvent = Decoded<typeof nestedEventRow>;
