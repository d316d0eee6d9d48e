import { z } from 'zod';
import { byteCount, instant, integer, text } from './fields.ts';
import type { Upstream } from './upstream.ts';
import { path, payload } from './wire.ts';

/** One row [assumed]: a WiFi session. Octets are counted from the access point: input comes from the device. */
const accountingRow = z.object({
  id: text,
  sessionId: text,
  startAt: instant,
  stopAt: instant,
  duration: integer,
  inputOctets: byteCount,
  outputOctets: byteCount,
  macAddress: text,
  ipAddress: text,
  hotspotId: text,
  hotspotName: text,
  hotspotMacAddress: text,
  locationId: text,
  locationName: text,
  terminateCause: text,
});

export type Accounting = z.output<typeof accountingRow>;

const accountings = z.object({ [payload.accountings]: z.array(accountingRow) });

/** Endpoint 5: all WiFi sessions of a contact, in no promised order. */
export async function listAccountings(upstream: Upstream, cid: string): Promise<readonly Accounting[]> {
  const body = await upstream.get(path.accountings(cid), accountings);
  return body[payload.accountings];
}
