import type { Contact } from '../contact.ts';
import { type AccountingRow, generateAccountings } from './accounting.ts';
import { type DeviceRow, generateDevices, generateMacs } from './device.ts';
import { type EventRow, generateEvents } from './event.ts';
import { createRandom, hashText, integerBelow } from './random.ts';
import type { SeedData } from './seed-data.ts';

/** How many events, devices and WiFi sessions a contact has, where the generator does not choose the numbers. */
export type Activity = {
  readonly events?: number;
  readonly devices?: number;
  readonly accountings?: number;
  /** Changes the generated rows, for the demo contact and the edge cases. */
  readonly changeEvents?: (rows: readonly EventRow[]) => readonly unknown[];
  readonly changeAccountings?: (rows: readonly AccountingRow[]) => readonly unknown[];
};

/** The activity of a contact that was just created: only its signup. */
export const newContactActivity: Activity = { events: 1, devices: 0, accountings: 0 };

/** Generates the events of a contact (endpoint 3). */
export function eventsOf(seedData: SeedData, contact: Contact, activity: Activity = {}): readonly unknown[] {
  const visits = contact.metrics?.countTotalVisits;
  const rows = generateEvents(seedData, contact, activity.events ?? 1 + 2 * countOf(visits));
  return activity.changeEvents?.(rows) ?? rows;
}

/** Generates the WiFi sessions of a contact (endpoint 5). */
export function accountingsOf(seedData: SeedData, contact: Contact, activity: Activity = {}): readonly unknown[] {
  const rows = generatedAccountings(seedData, contact, activity);
  return activity.changeAccountings?.(rows) ?? rows;
}

/** Generates the devices of a contact (endpoint 4), with the connections that its WiFi sessions show. */
export function devicesOf(seedData: SeedData, contact: Contact, activity: Activity = {}): readonly DeviceRow[] {
  return generateDevices(
    seedData,
    contact,
    macsOf(seedData, contact, activity),
    generatedAccountings(seedData, contact, activity),
  );
}

function generatedAccountings(seedData: SeedData, contact: Contact, activity: Activity): readonly AccountingRow[] {
  const count = activity.accountings ?? countOf(contact.logins);
  return generateAccountings(seedData, contact, macsOf(seedData, contact, activity), count);
}

function macsOf(seedData: SeedData, contact: Contact, activity: Activity): readonly string[] {
  const count =
    activity.devices ?? 1 + integerBelow(createRandom(seedData.seed, hashText(contact.cid), hashText('devices')), 3);
  return generateMacs(seedData, contact, count);
}

/** Returns a count that a contact holds, or 3 where an edge case has an invalid value. */
function countOf(value: unknown): number {
  return typeof value === 'number' && value >= 0 && value <= 100 ? Math.floor(value) : 3;
}
