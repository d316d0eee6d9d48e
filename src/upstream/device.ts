import { z } from 'zod';
import { instant, integer, text } from './fields.ts';
import type { Upstream } from './upstream.ts';
import { path, payload } from './wire.ts';

/** One row [assumed]; the documentation promises the first three in words. */
const deviceRow = z.object({
  macAddress: text,
  connections: integer,
  lastConnection: instant,
  os: text,
  vendor: text,
});

export type Device = z.output<typeof deviceRow>;

const devices = z.object({ [payload.devices]: z.array(deviceRow) });

/** Endpoint 4: all devices of a contact, in no promised order. */
export async function listDevices(upstream: Upstream, cid: string): Promise<readonly Device[]> {
  const body = await upstream.get(path.devices(cid), devices);
  return body[payload.devices];
}
