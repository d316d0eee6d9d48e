import type { Contact } from '../contact.ts';
import { type AccountingRow, generateAccountings } from './accounting.ts';
import { type DeviceRow, generateDevices, generateMacs } from './device.ts';
import { type EventRow, generateEvents } from './event.ts';
import type { World } from './organization.ts';
import { below, hash, seeded } from './random.ts';

/** How much happened to a contact, and what is odd about it. */
export type Plan = {
  readonly events?: number;
  readonly devices?: number;
  readonly accountings?: number;
  /** Changes rows after they were generated: where somebody is special, or an edge case. */
  readonly changeEvents?: (rows: readonly EventRow[]) => readonly unknown[];
  readonly changeAccountings?: (rows: readonly AccountingRow[]) => readonly unknown[];
};

/** Somebody who was created a moment ago: has signed up, and no more. */
export const newcomer: Plan = { events: 1, devices: 0, accountings: 0 };

export function eventsOf(world: World, contact: Contact, plan: Plan = {}): readonly unknown[] {
  const visits = contact.metrics?.countTotalVisits;
  const rows = generateEvents(world, contact, plan.events ?? 1 + 2 * countOf(visits));
  return plan.changeEvents?.(rows) ?? rows;
}

export function accountingsOf(world: World, contact: Contact, plan: Plan = {}): readonly unknown[] {
  const rows = plainAccountings(world, contact, plan);
  return plan.changeAccountings?.(rows) ?? rows;
}

export function devicesOf(world: World, contact: Contact, plan: Plan = {}): readonly DeviceRow[] {
  return generateDevices(world, contact, macsOf(world, contact, plan), plainAccountings(world, contact, plan));
}

function plainAccountings(world: World, contact: Contact, plan: Plan): readonly AccountingRow[] {
  const count = plan.accountings ?? countOf(contact.logins);
  return generateAccountings(world, contact, macsOf(world, contact, plan), count);
}

function macsOf(world: World, contact: Contact, plan: Plan): readonly string[] {
  const count = plan.devices ?? 1 + below(seeded(world.seed, hash(contact.cid), hash('devices')), 3);
  return generateMacs(world, contact, count);
}

/** A number from a contact, some of which hold anything but a sensible number. */
function countOf(value: unknown): number {
  return typeof value === 'number' && value >= 0 && value <= 100 ? Math.floor(value) : 3;
}
