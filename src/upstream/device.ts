import { z } from 'zod';
import { instant, integer, text } from './fields.ts';
import { row } from './row.ts';
import type { Upstream } from './upstream.ts';
import { deviceField, path, payload } from './wire.ts';

const deviceRow = row(deviceField, {
  macAddress: text,
  connections: integer,
  lastConnection: instant,
  os: text,
  vendor: text,
});

export type Device = z.output<typeof deviceRow>;

const answer = row(payload, { devices: z.array(deviceRow) });

/** Endpoint 4: all devices of a contact, in no promised order. */
export async function listDevices(upstream: Upstream, cid: string): Promise<readonly Device[]> {
  const { devices } = await upstream.get(path.devices(cid), answer);
  return devices;
}
