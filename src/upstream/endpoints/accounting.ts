import { byteCount, count, type Decoded, instant, optionalId, text } from '../decode/fields.ts';
import { contactOfRow, listOf, recordContact, rowDecoder } from '../decode/row.ts';
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
  return upstream.read('accountings', cid, ({ required }) =>
    recordContact(required(payload.accountings, accountingRows), cid),
  );
}

/**
 * What identifies a WiFi session: its contact and its id. A row without an id is identified by what does not change while the
 * session goes on; an access point may use the id of a RADIUS session again, so the start is needed as well.
 */
export function accountingIdentity(accounting: Accounting): readonly unknown[] {
  const { id, sessionId, startAt, macAddress, hotspotId } = accounting;
  const contactId = contactOfRow(accounting);
  return id == null ? [contactId, null, sessionId, startAt, macAddress, hotspotId] : [contactId, id];
}
