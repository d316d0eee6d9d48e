import type { Contact } from '../contact.ts';
import type { World } from './organization.ts';
import { below, chance, hash, hex, hexId, pick, type Random, seeded } from './random.ts';
import { dataEnd, day, hour, toInstant, toSeconds } from './time.ts';

/** One row of endpoint 5 [assumed]: a WiFi session. Byte counts are bigints where a double would round them. */
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

const causes = ['User-Request', 'Idle-Timeout', 'Session-Timeout', 'Lost-Carrier'] as const;

/** The WiFi sessions of a contact's devices, newest first. */
export function generateAccountings(
  world: World,
  contact: Contact,
  macs: readonly string[],
  count: number,
): readonly AccountingRow[] {
  const random = seeded(world.seed, hash(contact.cid), hash('accounting'));
  const signedUpAt = toSeconds(contact.created, dataEnd - 30 * day);
  const step = Math.max(1, Math.floor((dataEnd - signedUpAt) / Math.max(count, 1)));
  return Array.from({ length: count }, (_, n) => {
    const startAt = Math.min(dataEnd, signedUpAt + n * step + below(random, step));
    return session(random, world, macs[below(random, macs.length)] ?? '', startAt);
  }).toReversed();
}

function session(random: Random, world: World, macAddress: string, startAt: number): AccountingRow {
  const venue = pick(random, world.venues);
  const hotspot = pick(random, venue.hotspots);
  const duration = 60 + below(random, 4 * hour);
  const busy = chance(random, 5) ? 100_000 : 1000;
  return {
    id: hexId(random),
    sessionId: hex(random),
    startAt: toInstant(startAt),
    stopAt: toInstant(startAt + duration),
    duration,
    inputOctets: duration * below(random, busy),
    outputOctets: duration * below(random, busy * 8),
    macAddress,
    ipAddress: `10.${below(random, 256)}.${below(random, 256)}.${below(random, 254) + 1}`,
    hotspotId: hotspot.id,
    hotspotName: hotspot.name,
    hotspotMacAddress: hotspot.mac,
    locationId: venue.cid,
    locationName: venue.name,
    terminateCause: pick(random, causes),
  };
}
