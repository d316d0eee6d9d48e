import { instant, integer, type Read, text } from './fields.ts';
import { listOf, row } from './row.ts';
import type { Upstream } from './upstream.ts';
import { deviceField, payload } from './wire.ts';

const deviceRow = row(deviceField, {
  macAddress: text,
  connections: integer,
  lastConnection: instant,
  os: text,
  vendor: text,
});

export type Device = Read<typeof deviceRow>;

/** Endpoint 4: all devices of a contact, in no promised order. */
export function listDevices(upstream: Upstream, cid: string): Promise<readonly Device[]> {
  return upstream.read('devices', cid, ({ need }) => need(payload.devices, listOf(deviceRow)));
}
