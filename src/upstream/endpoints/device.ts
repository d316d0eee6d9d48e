import { count, type Decoded, instant, text } from '../decode/fields.ts';
import { contactOfRow, listOf, recordContact, rowDecoder } from '../decode/row.ts';
import type { Upstream } from '../operation/upstream.ts';
import { deviceField, payload } from '../wire/index.ts';

const deviceRow = rowDecoder(deviceField, {
  macAddress: text,
  connections: count,
  lastConnection: instant,
  os: text,
  vendor: text,
});

/** Decodes the list of devices. */
export const deviceRows = listOf(deviceRow);

/** A device with which a contact has used the WiFi. */
export type Device = Decoded<typeof deviceRow>;

/** Endpoint 4: reads all devices of a contact, in no particular order. @throws {NotFound} */
export function listDevices(upstream: Upstream, cid: string): Promise<readonly Device[]> {
  return upstream.read('devices', cid, ({ required }) => recordContact(required(payload.devices, deviceRows), cid));
}

/**
 * What identifies a device: its contact and its MAC address. A row without a MAC address is identified by all that it says,
 * so that two devices are never one.
 */
export function deviceIdentity(device: Device): readonly unknown[] {
  const { macAddress, os, vendor, connections, lastConnection } = device;
  const contactId = contactOfRow(device);
  return macAddress == null ? [contactId, null, os, vendor, connections, lastConnection] : [contactId, macAddress];
}
