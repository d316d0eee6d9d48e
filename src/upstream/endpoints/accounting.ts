import { byteCount, type Decoded, instant, integer, text } from '../decode/fields.ts';
import { listOf, rowDecoder } from '../decode/row.ts';
import type { Upstream } from '../operation/upstream.ts';
import { accountingField, payload } from '../wire/index.ts';

/** A WiFi session. Octets are counted from the access point: input comes from the device. */
const accountingRow = rowDecoder(accountingField, {
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

export type Accounting = Decoded<typeof accountingRow>;

/** Endpoint 5: all WiFi sessions of a contact, in no promised order. */
export function listAccountings(upstream: Upstream, cid: string): Promise<readonly Accounting[]> {
  return upstream.read('accountings', cid, ({ required }) => required(payload.accountings, listOf(accountingRow)));
}
