import type { EventType } from '../../src/upstream/wire/index.ts';
import type { Contact } from '../contact.ts';
import { chance, createRandom, hashText, integerBelow, pick, type Random, randomId } from './random.ts';
import type { SeedData } from './seed-data.ts';
import { dataEnd, day, hour, toInstant, toLocalInstant, toSeconds } from './time.ts';
import type { Venue } from './venue.ts';

/** A row of endpoint 3 [doc]. The block after `when` depends on the type. */
export type EventRow = Readonly<Record<string, unknown>> & { readonly when: { readonly createdAt: string } };

/** The types of a contact's events in order, repeated as often as needed. A long list has every type. */
const typeSequence: readonly [EventType, ...EventType[]] = [
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

/** Generates the events of a contact: its signup and `count` - 1 others, for most contacts newest first. */
export function generateEvents(seedData: SeedData, contact: Contact, count: number): readonly EventRow[] {
  const random = createRandom(seedData.seed, hashText(contact.cid), hashText('event'));
  const signedUpAt = toSeconds(contact.created, dataEnd - 30 * day);
  const step = Math.max(1, Math.floor((dataEnd - signedUpAt) / Math.max(count, 1)));
  const offset = count > typeSequence.length ? 0 : integerBelow(random, typeSequence.length);
  const events: EventRow[] = [];
  for (let n = 0; n < count; n++) {
    const type = n === 0 ? 'signup' : (typeSequence[(offset + n) % typeSequence.length] ?? 'visit');
    const at = n === 0 ? signedUpAt : Math.min(dataEnd, signedUpAt + n * step + integerBelow(random, step));
    events.push(generateEvent(random, seedData, contact, type, at));
  }
  return inUnspecifiedOrder(random, events);
}

/** Generates one event. @param at seconds since 1970 */
function generateEvent(random: Random, seedData: SeedData, contact: Contact, type: EventType, at: number): EventRow {
  const homeVenue = seedData.venues.find(({ cid }) => cid === contact.locationCid);
  const venue =
    type !== 'signup' && chance(random, 30) ? pick(random, seedData.venues) : (homeVenue ?? seedData.venues[0]);
  return {
    organizationId: contact.organizationCid ?? null,
    customerId: contact.cid,
    event: { type, id: randomId(random) },
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
    campaignId: randomId(random),
    communicationId: randomId(random),
    campaignName: pick(random, ['Welcome', 'Summer sale', 'Zurück zu uns', '春のキャンペーン'] as const),
  });
  switch (type) {
    case 'signup':
      return { signup: { source: contact.signupMethod ?? 'other' } };
    case 'login':
      return { login: { duration: integerBelow(random, 4 * hour) } };
    case 'visit': {
      const { createdAt, createdAtLocal, timezone } = whenOf(at, venue);
      const duration = integerBelow(random, 3 * hour);
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
      return { survey: { campaignId, campaignName, answers: integerBelow(random, 10) } };
    }
    default:
      return {};
  }
}

function prefixOf(phone: unknown): string | null {
  return typeof phone === 'string' ? phone.slice(0, 3) : null;
}

function inUnspecifiedOrder(random: Random, oldestFirst: readonly EventRow[]): readonly EventRow[] {
  const choice = integerBelow(random, 10);
  if (choice === 0) return oldestFirst;
  if (choice > 1) return oldestFirst.toReversed();
  return oldestFirst.toSorted((a, b) => hashText(a.when.createdAt) - hashText(b.when.createdAt));
}
