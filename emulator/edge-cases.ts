import type { Profile } from './contact.ts';
import type { Activity } from './data/activity.ts';
import { generateContact } from './data/contact.ts';
import { profileOf } from './data/profile.ts';
import type { SeedData } from './data/seed-data.ts';
import { demo } from './demo.ts';
import { halfEvents, hugeTraffic, openSession, unknownEvents } from './edge-case-rows.ts';
import { allOptionalFields, hostileKeys, invalidDates, unknownEnums, wrongTypes } from './edge-case-values.ts';

/** Values that two contacts have in common, so that a lookup by them is ambiguous. */
export const sharedValues = {
  email: 'family@example.org',
  phone: '+390509999999',
  username: 'TWINTWINTWIN',
  extId: 'CRM-TWIN',
  extProp1: 'prop-twin',
  extProp2: 'prop2-twin',
} as const;

/**
 * The cids of the contacts that violate the contract or are unusual. They follow contact number 0 in the demo
 * organization, and all other contacts are valid. Their fields `created` and `modified` are always valid, so that the
 * orders by them are well defined.
 */
export const edge = {
  /** Every optional field is null. */
  nulls: cid(1),
  /** Every optional field is absent; only the fields that the upstream sets exist. */
  bare: cid(2),
  /** Every text and every list is empty. */
  emptyStrings: cid(3),
  /** Values of wrong types: `logins: "many"`, a number as `age`, a text instead of a list. */
  wrongTypes: cid(4),
  /** Dates that do not exist, or that are not dates. */
  invalidDates: cid(5),
  /** Enum values that the contract does not list. */
  unknownEnums: cid(6),
  /** Custom attributes named `__proto__`, `constructor` and `prototype`. */
  hostileKeys: cid(7),
  /** Names of 10,000 characters. */
  longNames: cid(8),
  /** Emoji with joiners, and combining characters. */
  emoji: cid(9),
  /** Control characters that change the direction of text. */
  rightToLeft: cid(10),
  /** HTML, SQL, CSV formulas, quotes and control characters in text. */
  markup: cid(11),
  /** No events, not even the signup. */
  noEvents: cid(12),
  /** 640 events. */
  manyEvents: cid(13),
  /** Events of unknown types. */
  unknownEvents: cid(14),
  /** Events whose blocks are absent, null or of a wrong type. */
  halfEvents: cid(15),
  /** Byte counts above 2^53: 9007199254740993 and 18446744073709551615. */
  hugeTraffic: cid(16),
  /** The newest WiFi session has not ended: `stopAt` is null. */
  openSession: cid(17),
  /** A valid contact that has all of `sharedValues`, as the next one has. */
  twin: cid(18),
  otherTwin: cid(19),
  /** No username, so it has no WiFi profiles. */
  noUsername: cid(20),
  /** The phone is stored without its plus sign. */
  barePhone: cid(21),
  /** Fields that are not in the contract. */
  newFields: cid(22),
} as const;

type EdgeCase = { cid: string; changes: object; activity: Activity };

const twins = {
  email: sharedValues.email,
  phone: sharedValues.phone,
  username: sharedValues.username,
  extId: { id: sharedValues.extId, prop1: sharedValues.extProp1, prop2: sharedValues.extProp2 },
};

const earlyDates = {
  created: '2023-11-05T08:00:00Z',
  modified: '2026-05-01T08:00:00Z',
  locationCid: demo.locationId,
};

const cases: readonly EdgeCase[] = [
  edgeCase(edge.nulls, allOptionalFields(null)),
  edgeCase(edge.bare, allOptionalFields(undefined)),
  edgeCase(edge.emptyStrings, { ...allOptionalFields(''), segmentCids: [], segments: [], policies: [], custom: {} }),
  edgeCase(edge.wrongTypes, wrongTypes),
  edgeCase(edge.invalidDates, invalidDates),
  edgeCase(edge.unknownEnums, unknownEnums),
  edgeCase(edge.hostileKeys, { custom: hostileKeys() }),
  edgeCase(edge.longNames, { firstName: 'Wolfeschlegelstein'.repeat(560), lastName: 'x'.repeat(10_000) }),
  edgeCase(edge.emoji, { firstName: '👩‍👩‍👧‍👦🏳️‍🌈', lastName: 'Z̷̢a̵l̸g̶o̷ 🇮🇹\u{1F9D1}\u{1F3FD}\u200D\u{1F680}' }),
  edgeCase(edge.rightToLeft, { firstName: '\u202Eada\u202C', lastName: '\u200Fכהן\u200E (VIP) \u2067محمد\u2069' }),
  edgeCase(edge.markup, {
    firstName: '<script>alert(1)</script>',
    lastName: `Robert'); DROP TABLE--`,
    companyName: '=1+1',
    zipCode: 'a\u0000b\r\nc"\\',
  }),
  edgeCase(edge.noEvents, {}, { events: 0, devices: 0, accountings: 0 }),
  edgeCase(edge.manyEvents, earlyDates, { events: 640, devices: 5, accountings: 300 }),
  edgeCase(edge.unknownEvents, {}, { events: 12, changeEvents: unknownEvents }),
  edgeCase(edge.halfEvents, {}, { events: 12, changeEvents: halfEvents }),
  edgeCase(edge.hugeTraffic, {}, { accountings: 4, changeAccountings: hugeTraffic }),
  edgeCase(edge.openSession, {}, { accountings: 4, changeAccountings: openSession }),
  edgeCase(edge.twin, twins),
  edgeCase(edge.otherTwin, twins),
  edgeCase(edge.noUsername, { username: null }),
  edgeCase(edge.barePhone, { phone: '390507654321' }),
  edgeCase(edge.newFields, { loyaltyTier: 'gold', nested: { deep: [1, { er: true }] } }),
];

/** Generates the edge cases of an organization, as contacts number 1 and following. */
export function edgeCases(seedData: SeedData): readonly { profile: Profile; activity: Activity }[] {
  return cases.map(({ cid, changes, activity }, n) => {
    const base = generateContact(seedData, n + 1);
    const merged = { ...base, ...profileOf(seedData.seed, base), ...changes, cid };
    // Undefined means absent. The cast is wrong on purpose, because some edge cases violate the type.
    const profile = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined)) as Profile;
    return { profile, activity };
  });
}

function edgeCase(cid: string, changes: object, activity: Activity = {}): EdgeCase {
  return { cid, changes, activity };
}

function cid(n: number): string {
  return `ed9e${String(n).padStart(28, '0')}`;
}
