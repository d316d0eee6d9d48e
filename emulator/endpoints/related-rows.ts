import { payload } from '../../src/upstream/wire/index.ts';
import type { Contact } from '../contact.ts';
import type { Activity } from '../data/activity.ts';
import type { SeedData } from '../data/seed-data.ts';
import { type Endpoint, readScopes, rejectAllParams, requireContact } from '../endpoint.ts';

/** Generates the rows of a contact; the same arguments give the same rows. */
type GenerateRows = (seedData: SeedData, contact: Contact, activity: Activity | undefined) => readonly unknown[];

/**
 * Creates an endpoint that returns all rows of one kind for a contact.
 *
 * @param name the field of the response that holds the rows
 * @param encode converts the rows to the names on the wire
 */
export function relatedRows(
  name: string,
  generateRows: GenerateRows,
  encode: (rows: readonly unknown[]) => unknown,
): Endpoint {
  return {
    scopes: readScopes,
    handle(call) {
      rejectAllParams(call);
      const contact = requireContact(call);
      const { seedData, activityOf } = call.organization;
      const rows = generateRows(seedData, contact, activityOf(contact.cid));
      return { [payload.count]: rows.length, [name]: encode(rows) };
    },
  };
}
