import type { Segment } from '../contact.ts';
import { demo } from '../demo.ts';
import { hash, hex, hexId, seeded } from './random.ts';

/** A place of an organization with its access points. */
export type Venue = {
  readonly cid: string;
  readonly name: string;
  readonly timezone: string;
  readonly hotspots: readonly [Hotspot, ...Hotspot[]];
};

export type Hotspot = { readonly id: string; readonly name: string; readonly mac: string };

const places = [
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

/** The locations of an organization; the same for the same organization, whatever the seed. */
export function venuesOf(organizationId: string): readonly [Venue, ...Venue[]] {
  const [first, ...rest] = places;
  return [venue(organizationId, 0, first), ...rest.map((place, n) => venue(organizationId, n + 1, place))];
}

function venue(organizationId: string, n: number, [name, timezone]: readonly [string, string]): Venue {
  const random = seeded(hash(organizationId), hash('venue'), n);
  const id = hexId(random);
  const cid = n === 0 && organizationId === demo.organizationId ? demo.locationId : id;
  const hotspot = (floor: number): Hotspot => ({
    id: hexId(random),
    name: `${name} ${floor}`,
    mac: toMac(hex(random)),
  });
  return { cid, name, timezone, hotspots: [hotspot(1), hotspot(2), hotspot(3)] };
}

/** A MAC address as the upstream writes them, out of eight hexadecimal characters. */
export function toMac(hex8: string): string {
  return `02-1A-${hex8.toUpperCase().replace(/..(?=.)/g, '$&-')}`;
}

const segmentNames = ['New', 'Regulars', 'VIP', 'At risk', 'Lost', 'Weekend', 'Business', 'Famiglie'] as const;

/** The segments of an organization. */
export function segmentsOf(organizationId: string): readonly Segment[] {
  return segmentNames.map((name, n) => ({ cid: hexId(seeded(hash(organizationId), hash('segment'), n)), name }));
}
