import { byteCount, count, type Decoded, instant, optionalId, text } from '../decode/fields.ts';
import { listOf, rowDecoder } from '../decode/row.ts';
import type { Upstream } from '../operation/upstream.ts';
import { accountingField, payload } from '../wire/index.ts';

const accountingRow = rowDecoder(accountingField, {
  id: text,
  sessionId: text,
  startAt: instant,
  stopAt: instant,
  duration: count,
  inputOctets: byteCount,
  outputOctets: byteCount,
  macAddress: text,
  ipAddress: text,
  hotspotId: optionalId,
  hotspotName: text,
  hotspotMacAddress: text,
  locationId: optionalId,
  locationName: text,
  terminateCause: text,
});

/** Decodes the list of WiFi sessions. */
export const accountingRows = listOf(accountingRow);

/** A WiFi session. Octets are counted at the access point: input comes from the device. */
export type Accounting = Decoded<typeof accountingRow>;

/** Endpoint 5: reads all WiFi sessions of a contact, in no particular order. @throws {NotFound} */
export function listAccountings(upstream: Upstream, cid: string): Promise<readonly Accounting[]> {
  return upstream.read('accountings', cid, ({ required }) => required(payload.accountings, accountingRows));
}
