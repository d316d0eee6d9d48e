import type { Contact } from '../contact.ts';
import type { AccountingRow } from './accounting.ts';
import { createRandom, hashText, integerBelow, pick, randomHex } from './random.ts';
import type { SeedData } from './seed-data.ts';
import { toMac } from './venue.ts';

/** A row of endpoint 4 [assumed]. */
export type DeviceRow = Readonly<Record<string, unknown>> & { readonly macAddress: string };

type Model = { os: string | null; vendor: string | null };

const models: readonly [Model, ...Model[]] = [
  { os: 'iOS 19.5', vendor: 'Apple' },
  { os: 'Android 16', vendor: 'Samsung' },
  { os: 'Android 15', vendor: 'Xiaomi' },
  { os: 'Windows 11', vendor: 'Intel' },
  { os: null, vendor: null },
];

/** Generates the MAC addresses of a contact's devices. */
export function generateMacs(seedData: SeedData, contact: Contact, count: number): readonly string[] {
  const random = createRandom(seedData.seed, hashText(contact.cid), hashText('mac'));
  return Array.from({ length: count }, () => toMac(randomHex(random)));
}

/** Generates the devices of a contact. Their numbers of connections are those of its WiFi sessions. */
export function generateDevices(
  seedData: SeedData,
  contact: Contact,
  macs: readonly string[],
  accountings: readonly AccountingRow[],
): readonly DeviceRow[] {
  const random = createRandom(seedData.seed, hashText(contact.cid), hashText('device'));
  const first = integerBelow(random, 2);
  return macs.map((macAddress, n) => {
    const startTimes = accountings.filter((row) => row.macAddress === macAddress).map(({ startAt }) => startAt);
    const lastConnection = startTimes.reduce<string | null>(
      (last, at) => (last === null || at > last ? at : last),
      null,
    );
    return {
      macAddress,
      connections: startTimes.length,
      lastConnection,
      ...(models[first + n] ?? pick(random, models)),
    };
  });
}
