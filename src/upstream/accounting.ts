import { byteCount, instant, integer, type Read, text } from './fields.ts';
import { listOf, row } from './row.ts';
import type { Upstream } from './upstream.ts';
import { accountingField, payload } from './wire.ts';

/** A WiFi session. Octets are counted from the access point: input comes from the device. */
const accountingRow = row(accountingField, {
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

export type Accounting = Read<typeof accountingRow>;

/** Endpoint 5: all WiFi sessions of a contact, in no promised order. */
export function listAccountings(upstream: Upstream, cid: string): Promise<readonly Accounting[]> {
  return upstream.read('accountings', cid, ({ need }) => need(payload.accountings, listOf(accountingRow)));
}
