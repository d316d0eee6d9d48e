import type { Segment } from '../contact.ts';
import { demo } from '../demo.ts';
import { createRandom, hashText, randomHex, randomId } from './random.ts';

/** A location of an organization with its access points. */
export type Venue = {
  readonly cid: string;
  readonly name: string;
  readonly timezone: string;
  readonly hotspots: readonly [Hotspot, ...Hotspot[]];
};

/** An access point of a venue. */
export type Hotspot = { readonly id: string; readonly name: string; readonly mac: string };

const venueList = [
  ['Pisa Corso Italia', 'Europe/Rome'],
  ['London Bridge', 'Europe/London'],
  ['San Francisco Mission', 'America/Los_Angeles'],
  ['Berlin Mitte', 'Europe/Berlin'],
  ['Paris Opéra', 'Europe/Paris'],
  ['São Paulo Paulista', 'America/Sao_Paulo'],
  ['Αθήνα Σύνταγμα', 'Europe/Athens'],
  ['דיזנגוף תל אביב', 'Asia/Jerusalem'],
  ['Dubai Marina', 'Asia/Dubai'],
  ['Mumbai Bandra', 'Asia/Kolkata'],
  ['東京駅', 'Asia/Tokyo'],
  ['Sydney Harbour', 'Australia/Sydney'],
] as const;

/** Returns the locations of an organization. They do not depend on the seed. */
export function venuesOf(organizationId: string): readonly [Venue, ...Venue[]] {
  const [first, ...rest] = venueList;
  return [venue(organizationId, 0, first), ...rest.map((place, n) => venue(organizationId, n + 1, place))];
}

function venue(organizationId: string, n: number, [name, timezone]: readonly [string, string]): Venue {
  const random = createRandom(hashText(organizationId), hashText('venue'), n);
  const id = randomId(random);
  const cid = n === 0 && organizationId === demo.organizationId ? demo.locationId : id;
  const hotspot = (floor: number): Hotspot => ({
    id: randomId(random),
    name: `${name} ${floor}`,
    mac: toMac(randomHex(random)),
  });
  return { cid, name, timezone, hotspots: [hotspot(1), hotspot(2), hotspot(3)] };
}

/** Formats a MAC address as the upstream does. @param hex8 eight hexadecimal characters */
export function toMac(hex8: string): string {
  return `02-1A-${hex8.toUpperCase().replace(/..(?=.)/g, '$&-')}`;
}

const segmentNames = ['New', 'Regulars', 'VIP', 'At risk', 'Lost', 'Weekend', 'Business', 'Famiglie'] as const;

/** Returns the segments of an organization. */
export function segmentsOf(organizationId: string): readonly Segment[] {
  return segmentNames.map((name, n) => ({
    cid: randomId(createRandom(hashText(organizationId), hashText('segment'), n)),
    name,
  }));
}
