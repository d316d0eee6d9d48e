import { expect, test } from 'vitest';
import type { Contact } from '../../emulator/emulator.ts';
import { sortKeys } from '../../src/upstream/wire/index.ts';
import { contactsPath, hasAccepted, startTestEmulator } from './support.ts';

const { emulator, api } = await startTestEmulator({ contacts: 1500 });

test.for(sortKeys.flatMap((key) => [[key, false] as const, [key, true] as const]))(
  'the list is sorted by %s (reversed: %s), with ties in the order of insertion and absent values last',
  async ([sortBy, reverse]) => {
    const { body } = await api(
      'GET',
      contactsPath(emulator, { size: '10000', sortBy, ...(reverse ? { sortReverse: 'true' } : {}) }),
    );
    const rows: Contact[] = body.customers;
    const position = new Map(emulator.contacts().map(({ cid }, n) => [cid, n]));
    expect(new Set(rows.map(({ cid }) => cid)).size).toBe(1500);
    for (const [n, after] of rows.entries()) {
      const before = rows[n - 1];
      if (before === undefined) continue;
      const order = compare(getters[sortBy](before), getters[sortBy](after), reverse);
      const tie = order === 0 && (position.get(before.cid) ?? 0) > (position.get(after.cid) ?? 0);
      if (order > 0 || tie) expect.fail(`${before.cid} stands before ${after.cid}`);
    }
  },
);

test('contacts with equal values have the same order in both directions of the list', async () => {
  const created = emulator.contacts()[200]?.created ?? '';
  const burst = { createdStart: created, createdEnd: created, size: '10000', sortBy: 'created' };
  const forward = (await api('GET', contactsPath(emulator, burst))).body.customers;
  const reversed = (await api('GET', contactsPath(emulator, { ...burst, sortReverse: 'true' }))).body.customers;
  expect(forward.length).toBeGreaterThanOrEqual(400);
  expect(reversed).toEqual(forward);
});

const getters: Record<(typeof sortKeys)[number], (contact: Contact) => unknown> = {
  firstName: (c) => c.firstName,
  lastName: (c) => c.lastName,
  gender: (c) => c.gender,
  birthDate: (c) => c.birthDate,
  country: (c) => c.country,
  created: (c) => c.created,
  privacy: (c) => hasAccepted(c, 'privacy'),
  termsOfUse: (c) => hasAccepted(c, 'termsOfUse'),
  mktgCommunications: (c) => hasAccepted(c, 'mktgCommunications'),
  ageVerification: (c) => hasAccepted(c, 'minimumAgeVerification'),
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

/** Compares values of one type. Absent values and objects come last in both directions. */
function compare(a: unknown, b: unknown, reverse: boolean): number {
  const [noA, noB] = [a == null || typeof a === 'object', b == null || typeof b === 'object'];
  if (noA || noB) return Number(noA) - Number(noB);
  if (typeof a !== typeof b) return -1; // Only the edge cases have values of several types.
  return a === b ? 0 : (a as string) < (b as string) === reverse ? 1 : -1; // Both values are primitives of one type.
}
