import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Contact, type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { sortKeys } from '../../src/upstream/wire.ts';
import { type Api, connect, listPath } from './support.ts';

let emulator: Emulator;
let api: Api;

beforeAll(async () => {
  emulator = await startEmulator({ contacts: 1500 });
  api = await connect(emulator);
});
afterAll(() => emulator.close());

test.for(sortKeys.flatMap((key) => [[key, false] as const, [key, true] as const]))(
  'sorts by %s, reversed: %s, ties by insertion and nothing last',
  async ([sortBy, reverse]) => {
    const { body } = await api(
      'GET',
      listPath(emulator, { size: '10000', sortBy, ...(reverse ? { sortReverse: 'true' } : {}) }),
    );
    const rows: Contact[] = body.customers;
    const position = new Map(emulator.contacts().map(({ cid }, n) => [cid, n]));
    expect(new Set(rows.map(({ cid }) => cid)).size).toBe(1500);
    for (const [n, after] of rows.entries()) {
      const before = rows[n - 1];
      if (before === undefined) continue;
      const order = compare(read[sortBy](before), read[sortBy](after), reverse);
      const tie = order === 0 && (position.get(before.cid) ?? 0) > (position.get(after.cid) ?? 0);
      if (order > 0 || tie) expect.fail(`${before.cid} stands before ${after.cid}`);
    }
  },
);

test('among equals the older entry comes first in both directions: reversed is not read backwards', async () => {
  const created = emulator.contacts()[200]?.created ?? '';
  const burst = { createdStart: created, createdEnd: created, size: '10000', sortBy: 'created' };
  const forward = (await api('GET', listPath(emulator, burst))).body.customers;
  const reversed = (await api('GET', listPath(emulator, { ...burst, sortReverse: 'true' }))).body.customers;
  expect(forward.length).toBeGreaterThanOrEqual(400);
  expect(reversed).toEqual(forward);
});

const read: Record<(typeof sortKeys)[number], (contact: Contact) => unknown> = {
  firstName: (c) => c.firstName,
  lastName: (c) => c.lastName,
  gender: (c) => c.gender,
  birthDate: (c) => c.birthDate,
  country: (c) => c.country,
  created: (c) => c.created,
  privacy: (c) => accepts(c, 'privacy'),
  termsOfUse: (c) => accepts(c, 'termsOfUse'),
  mktgCommunications: (c) => accepts(c, 'mktgCommunications'),
  ageVerification: (c) => accepts(c, 'minimumAgeVerification'),
  phone: (c) => c.phone,
  phoneVerified: (c) => c.phoneVerified,
  email: (c) => c.email,
  emailVerified: (c) => c.emailVerified,
  provider: (c) => c.externalSource,
  username: (c) => c.username,
  locked: (c) => c.locked,
  locations: (c) => c.locationCid,
  system: (c) => c.system,
  enabled: (c) => c.enabled,
  type: (c) => c.type,
  modified_absolute: (c) => c.modified,
  created_absolute: (c) => c.created,
  totalVisits: (c) => c.metrics?.countTotalVisits,
  visitedLocations: (c) => c.metrics?.countVisitedLocations,
};

/** Values of one type in their order; what holds nothing, or an object, comes last in both directions. */
function compare(a: unknown, b: unknown, reverse: boolean): number {
  const [noA, noB] = [a == null || typeof a === 'object', b == null || typeof b === 'object'];
  if (noA || noB) return Number(noA) - Number(noB);
  if (typeof a !== typeof b) return -1; // only broken contacts mix types
  return a === b ? 0 : (a as string) < (b as string) === reverse ? 1 : -1; // both are primitives of one type
}

function accepts({ policies }: Contact, policy: string): boolean {
  return Array.isArray(policies) && policies.some(({ name, accepted }) => name === policy && accepted);
}
