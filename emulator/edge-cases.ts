import type { Profile } from './contact.ts';
import type { Plan } from './data/activity.ts';
import { generateContact } from './data/contact.ts';
import type { World } from './data/organization.ts';
import { profileOf } from './data/profile.ts';
import { demo } from './demo.ts';
import { halfEvents, hugeTraffic, openSession, unknownEvents } from './edge-case-rows.ts';
import { hostile, invalidDates, nothing, unknownEnums, wrongTypes } from './edge-case-values.ts';

/** Values that two contacts share, so that a lookup by them is ambiguous. */
export const shared = {
  email: 'family@example.org',
  phone: '+390509999999',
  username: 'TWINTWINTWIN',
  extId: 'CRM-TWIN',
  extProp1: 'prop-twin',
  extProp2: 'prop2-twin',
} as const;

/**
 * Contacts that are not as the contract has them, in the demo organization right after contact number 0; all others
 * are clean. Their system dates, `created` and `modified`, are always valid: an order by them must be able to hold.
 */
export const edge = {
  /** Every optional field is null. */
  nulls: cid(1),
  /** Only what the system itself sets; every optional field is absent. */
  bare: cid(2),
  /** Every text is empty, every list too. */
  emptyStrings: cid(3),
  /** `logins: "many"`, `age` as a number, text where a list belongs, and so on. */
  wrongTypes: cid(4),
  /** Dates that do not exist, or are no dates. */
  invalidDates: cid(5),
  /** A gender, a country, a signup method … that the contract does not list. */
  unknownEnums: cid(6),
  /** Custom attributes named `__proto__`, `constructor` and `prototype`. */
  hostileKeys: cid(7),
  /** Ten thousand characters of name. */
  longNames: cid(8),
  /** Emoji with joiners, and combining marks. */
  emoji: cid(9),
  /** Marks and overrides that turn the direction of text. */
  rightToLeft: cid(10),
  /** HTML, SQL, CSV formulas, quotes and control characters in text. */
  markup: cid(11),
  /** Has never done anything, not even signed up. */
  noEvents: cid(12),
  /** 640 events. */
  manyEvents: cid(13),
  /** Kinds of events that nobody has heard of. */
  unknownEvents: cid(14),
  /** Events whose blocks are missing, null or of the wrong type. */
  halfEvents: cid(15),
  /** Byte counts beyond 2^53: 9007199254740993 and 18446744073709551615. */
  hugeTraffic: cid(16),
  /** The newest session has not ended: `stopAt` is null. */
  openSession: cid(17),
  /** A clean contact that shares all of `shared` with the next. */
  twin: cid(18),
  otherTwin: cid(19),
  /** No username: it cannot log in anywhere. */
  noUsername: cid(20),
  /** The phone is stored without its plus sign. */
  barePhone: cid(21),
  /** Fields that are not in the contract. */
  newFields: cid(22),
} as const;

type EdgeCase = { cid: string; changes: object; plan: Plan };

const twins = {
  email: shared.email,
  phone: shared.phone,
  username: shared.username,
  extId: { id: shared.extId, prop1: shared.extProp1, prop2: shared.extProp2 },
};

const longKnown = {
  created: '2023-11-05T08:00:00Z',
  modified: '2026-05-01T08:00:00Z',
  locationCid: demo.locationId,
};

const cases: readonly EdgeCase[] = [
  odd(edge.nulls, nothing(null)),
  odd(edge.bare, nothing(undefined)),
  odd(edge.emptyStrings, { ...nothing(''), segmentCids: [], segments: [], policies: [], custom: {} }),
  odd(edge.wrongTypes, wrongTypes),
  odd(edge.invalidDates, invalidDates),
  odd(edge.unknownEnums, unknownEnums),
  odd(edge.hostileKeys, { custom: hostile() }),
  odd(edge.longNames, { firstName: 'Wolfeschlegelstein'.repeat(560), lastName: 'x'.repeat(10_000) }),
  odd(edge.emoji, { firstName: '👩‍👩‍👧‍👦🏳️‍🌈', lastName: 'Z̷̢a̵l̸g̶o̷ 🇮🇹\u{1F9D1}\u{1F3FD}\u200D\u{1F680}' }),
  odd(edge.rightToLeft, { firstName: '\u202Eada\u202C', lastName: '\u200Fכהן\u200E (VIP) \u2067محمد\u2069' }),
  odd(edge.markup, {
    firstName: '<script>alert(1)</script>',
    lastName: `Robert'); DROP TABLE--`,
    companyName: '=1+1',
    zipCode: 'a\u0000b\r\nc"\\',
  }),
  odd(edge.noEvents, {}, { events: 0, devices: 0, accountings: 0 }),
  odd(edge.manyEvents, longKnown, { events: 640, devices: 5, accountings: 300 }),
  odd(edge.unknownEvents, {}, { events: 12, changeEvents: unknownEvents }),
  odd(edge.halfEvents, {}, { events: 12, changeEvents: halfEvents }),
  odd(edge.hugeTraffic, {}, { accountings: 4, changeAccountings: hugeTraffic }),
  odd(edge.openSession, {}, { accountings: 4, changeAccountings: openSession }),
  odd(edge.twin, twins),
  odd(edge.otherTwin, twins),
  odd(edge.noUsername, { username: null }),
  odd(edge.barePhone, { phone: '390507654321' }),
  odd(edge.newFields, { loyaltyTier: 'gold', nested: { deep: [1, { er: true }] } }),
];

/** The edge cases of an organization, as contacts number 1 and following. */
export function edgeCases(world: World): readonly { profile: Profile; plan: Plan }[] {
  return cases.map(({ cid, changes, plan }, n) => {
    const base = generateContact(world, n + 1);
    const merged = { ...base, ...profileOf(world.seed, base), ...changes, cid };
    // Wrong types are the point here, and absent is spelled undefined until now.
    const profile = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined)) as Profile;
    return { profile, plan };
  });
}

function odd(cid: string, changes: object, plan: Plan = {}): EdgeCase {
  return { cid, changes, plan };
}

function cid(n: number): string {
  return `ed9e${String(n).padStart(28, '0')}`;
}
