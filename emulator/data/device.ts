import type { Contact } from '../contact.ts';
import type { AccountingRow } from './accounting.ts';
import type { World } from './organization.ts';
import { below, hash, hex, pick, seeded } from './random.ts';
import { toMac } from './venue.ts';

/** One row of endpoint 4 [assumed]. */
export type DeviceRow = Readonly<Record<string, unknown>> & { readonly macAddress: string };

type Kind = { os: string | null; vendor: string | null };

const kinds: readonly [Kind, ...Kind[]] = [
  { os: 'iOS 19.5', vendor: 'Apple' },
  { os: 'Android 16', vendor: 'Samsung' },
  { os: 'Android 15', vendor: 'Xiaomi' },
  { os: 'Windows 11', vendor: 'Intel' },
  { os: null, vendor: null },
];

/** The MAC addresses of a contact's devices. */
export function generateMacs(world: World, contact: Contact, count: number): readonly string[] {
  const random = seeded(world.seed, hash(contact.cid), hash('mac'));
  return Array.from({ length: count }, () => toMac(hex(random)));
}

/** The devices of a contact; their connections are those that its accountings tell of. */
export function generateDevices(
  world: World,
  contact: Contact,
  macs: readonly string[],
  accountings: readonly AccountingRow[],
): readonly DeviceRow[] {
  const random = seeded(world.seed, hash(contact.cid), hash('device'));
  const first = below(random, 2);
  return macs.map((macAddress, n) => {
    const own = accountings.filter((row) => row.macAddress === macAddress).map(({ startAt }) => startAt);
    const lastConnection = own.reduce<string | null>((last, at) => (last === null || at > last ? at : last), null);
    return { macAddress, connections: own.length, lastConnection, ...(kinds[first + n] ?? pick(random, kinds)) };
  });
}
