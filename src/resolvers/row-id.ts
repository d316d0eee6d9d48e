import type { Context } from '../context.ts';
import { toGlobalId } from '../id.ts';
import {
  type Accounting,
  accountingIdentity,
  type ContactEvent,
  type Device,
  deviceIdentity,
  eventIdentity,
} from '../model.ts';

/**
 * Resolves the global id of a device. It is hashed with a key (ADR 38): a MAC address is personal data, and clients log ids.
 */
export function deviceId(device: Device, _args: object, { idHash }: Pick<Context, 'idHash'>): string {
  return toGlobalId('Device', idHash(JSON.stringify(deviceIdentity(device))));
}

/** Resolves the global id of a WiFi session. It is hashed, because the id of a RADIUS session may contain a MAC address. */
export function accountingId(accounting: Accounting, _args: object, { idHash }: Pick<Context, 'idHash'>): string {
  return toGlobalId('Accounting', idHash(JSON.stringify(accountingIdentity(accounting))));
}

/**
 * Returns the global id of an event. The ids of events and contacts are opaque at the upstream already; what identifies an event
 * without an id is hashed, because it says where a person was.
 *
 * @param typename the event's own type in the schema
 */
export function eventId(typename: string, event: ContactEvent, { idHash }: Pick<Context, 'idHash'>): string {
  const { id, contactId } = event;
  return toGlobalId(typename, id == null ? idHash(eventIdentity(event)) : `${contactId ?? ''}:${id}`);
}
