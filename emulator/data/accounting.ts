import type { Contact } from '../contact.ts';
import { chance, createRandom, hashText, integerBelow, pick, type Random, randomHex, randomId } from './random.ts';
import type { SeedData } from './seed-data.ts';
import { dataEnd, day, hour, toInstant, toSeconds } from './time.ts';

/** A row of endpoint 5 [assumed]: a WiFi session. Byte counts that a double would round are bigints. */
export type AccountingRow = Readonly<{
  id: string;
  sessionId: string;
  startAt: string;
  stopAt: string | null;
  duration: number | null;
  inputOctets: number | bigint;
  outputOctets: number | bigint;
  macAddress: string;
  ipAddress: string;
  hotspotId: string;
  hotspotName: string;
  hotspotMacAddress: string;
  locationId: string;
  locationName: string;
  terminateCause: string | null;
}>;

const terminateCauses = ['User-Request', 'Idle-Timeout', 'Session-Timeout', 'Lost-Carrier'] as const;

/** Generates the WiFi sessions of a contact's devices, newest first. @param macs the addresses of the devices */
export function generateAccountings(
  seedData: SeedData,
  contact: Contact,
  macs: readonly string[],
  count: number,
): readonly AccountingRow[] {
  const random = createRandom(seedData.seed, hashText(contact.cid), hashText('accounting'));
  const signedUpAt = toSeconds(contact.created, dataEnd - 30 * day);
  const step = Math.max(1, Math.floor((dataEnd - signedUpAt) / Math.max(count, 1)));
  return Array.from({ length: count }, (_, n) => {
    const startAt = Math.min(dataEnd, signedUpAt + n * step + integerBelow(random, step));
    return session(random, seedData, macs[integerBelow(random, macs.length)] ?? '', startAt);
  }).toReversed();
}

function session(random: Random, seedData: SeedData, macAddress: string, startAt: number): AccountingRow {
  const venue = pick(random, seedData.venues);
  const hotspot = pick(random, venue.hotspots);
  const duration = 60 + integerBelow(random, 4 * hour);
  const maxBytesPerSecond = chance(random, 5) ? 100_000 : 1000;
  return {
    id: randomId(random),
    sessionId: randomHex(random),
    startAt: toInstant(startAt),
    stopAt: toInstant(startAt + duration),
    duration,
    inputOctets: duration * integerBelow(random, maxBytesPerSecond),
    outputOctets: duration * integerBelow(random, maxBytesPerSecond * 8),
    macAddress,
    ipAddress: `10.${integerBelow(random, 256)}.${integerBelow(random, 256)}.${integerBelow(random, 254) + 1}`,
    hotspotId: hotspot.id,
    hotspotName: hotspot.name,
    hotspotMacAddress: hotspot.mac,
    locationId: venue.cid,
    locationName: venue.name,
    terminateCause: pick(random, terminateCauses),
  };
}
