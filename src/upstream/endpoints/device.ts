import { count, type Decoded, instant, text } from '../decode/fields.ts';
import { listOf, rowDecoder } from '../decode/row.ts';
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
  return upstream.read('devices', cid, ({ required }) => required(payload.devices, deviceRows));
}
