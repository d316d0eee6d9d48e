import type { EventType } from '../../src/upstream/wire.ts';
import type { Contact } from '../contact.ts';
import type { World } from './organization.ts';
import { below, chance, hash, hexId, pick, type Random, seeded } from './random.ts';
import { dataEnd, day, hour, toInstant, toLocalInstant, toSeconds } from './time.ts';
import type { Venue } from './venue.ts';

/** One row of endpoint 3 [doc]; which block follows `when` depends on the type. */
export type EventRow = Readonly<Record<string, unknown>> & { readonly when: { readonly createdAt: string } };

/** A life with the contact, in the order of its repetition; long enough lives hold every kind. */
const life: readonly [EventType, ...EventType[]] = [
  ...([
    'visit',
    'login',
    'visit',
    'send_email',
    'open_email',
    'login',
    'survey',
    'arriving',
    'presence',
    'dwell',
  ] as const),
  ...(['leave', 'send_sms', 'visit', 'login', 'promo', 'click_email', 'click_sms', 'space', 'visit', 'login'] as const),
];

/** The events of a contact: its signup and `count` - 1 more. Mostly newest first, but that is no promise. */
export function generateEvents(world: World, contact: Contact, count: number): readonly EventRow[] {
  const random = seeded(world.seed, hash(contact.cid), hash('event'));
  const signedUpAt = toSeconds(contact.created, dataEnd - 30 * day);
  const step = Math.max(1, Math.floor((dataEnd - signedUpAt) / Math.max(count, 1)));
  const offset = count > life.length ? 0 : below(random, life.length);
  const events: EventRow[] = [];
  for (let n = 0; n < count; n++) {
    const type = n === 0 ? 'signup' : (life[(offset + n) % life.length] ?? 'visit');
    const at = n === 0 ? signedUpAt : Math.min(dataEnd, signedUpAt + n * step + below(random, step));
    events.push(generateEvent(random, world, contact, type, at));
  }
  return inNoPromisedOrder(random, events);
}

/** One event of a contact. */
function generateEvent(random: Random, world: World, contact: Contact, type: EventType, at: number): EventRow {
  const home = world.venues.find(({ cid }) => cid === contact.locationCid);
  const venue = type !== 'signup' && chance(random, 30) ? pick(random, world.venues) : (home ?? world.venues[0]);
  return {
    organizationId: contact.organizationCid ?? null,
    customerId: contact.cid,
    event: { type, id: hexId(random) },
    where: { locationId: venue.cid, locationName: venue.name, hotspotId: pick(random, venue.hotspots).id },
    when: whenOf(at, venue),
    ...blockOf(random, contact, type, at, venue),
  };
}

function whenOf(at: number, { timezone }: Venue): { createdAt: string; createdAtLocal: string; timezone: string } {
  return { createdAt: toInstant(at), createdAtLocal: toLocalInstant(at, timezone), timezone };
}

function blockOf(random: Random, contact: Contact, type: EventType, at: number, venue: Venue): object {
  const campaign = () => ({
    campaignId: hexId(random),
    communicationId: hexId(random),
    campaignName: pick(random, ['Welcome', 'Summer sale', 'Zurück zu uns', '春のキャンペーン'] as const),
  });
  switch (type) {
    case 'signup':
      return { signup: { source: contact.signupMethod ?? 'other' } };
    case 'login':
      return { login: { duration: below(random, 4 * hour) } };
    case 'visit': {
      const { createdAt, createdAtLocal, timezone } = whenOf(at, venue);
      const duration = below(random, 3 * hour);
      return { visit: { startAt: createdAt, startAtLocal: createdAtLocal, timezone, duration } };
    }
    case 'send_email':
    case 'open_email':
    case 'click_email':
      return { email: { ...campaign(), channel: 'email', email: contact.email ?? null } };
    case 'send_sms':
    case 'click_sms':
      return { sms: { ...campaign(), channel: 'sms', phone: contact.phone ?? null, prefix: prefixOf(contact.phone) } };
    case 'survey': {
      const { campaignId, campaignName } = campaign();
      return { survey: { campaignId, campaignName, answers: below(random, 10) } };
    }
    default:
      return {};
  }
}

function prefixOf(phone: unknown): string | null {
  return typeof phone === 'string' ? phone.slice(0, 3) : null;
}

function inNoPromisedOrder(random: Random, oldestFirst: readonly EventRow[]): readonly EventRow[] {
  const choice = below(random, 10);
  if (choice === 0) return oldestFirst;
  if (choice > 1) return oldestFirst.toReversed();
  return oldestFirst.toSorted((a, b) => hash(a.when.createdAt) - hash(b.when.createdAt));
}
