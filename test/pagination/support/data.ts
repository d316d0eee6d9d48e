import fc from 'fast-check';
import type { Emulator } from '../../../emulator/emulator.ts';

/** The fields of a contact by which lists are filtered and ordered. */
export type Row = {
  created: string;
  modified: string;
  lastName: string | null;
  email: string | null;
  signupMethod: string;
};

/** A time of few different seconds, because an import creates hundreds of contacts in the same second. */
function secondOf(month: string, seconds: number) {
  const of = (second: number) => `2026-${month}-01T00:00:${String(second).padStart(2, '0')}Z`;
  return fc.nat(seconds).map(of);
}

const row = (seconds: number) =>
  fc.record<Row>({
    created: secondOf('01', seconds),
    modified: secondOf('02', seconds),
    lastName: fc.constantFrom('Bianchi', 'Rossi', 'Verdi', null),
    email: fc.constantFrom('a@example.com', 'b@example.com', null),
    signupMethod: fc.constantFrom('api', 'kiosk'),
  });

/** Lists from all contacts in one second to nearly all in different ones. Most are short, so that many can be tested. */
export const rows = fc.oneof(
  ...[0, 2, 12, 59].flatMap((seconds) =>
    [60, 140, 400].map((maxLength, index) => ({
      weight: [5, 3, 1][index] ?? 1,
      arbitrary: fc.array(row(seconds), { maxLength, size: 'max' }),
    })),
  ),
);

export function populate(emulator: Emulator, all: readonly Row[]): void {
  for (const { cid } of emulator.contacts()) emulator.remove(cid);
  for (const [index, fields] of all.entries()) {
    emulator.insert({ ...fields, cid: cidOf(index), username: `user-${index}` });
  }
}

/** Returns a cid whose order differs from that of every list. */
function cidOf(index: number): string {
  return `${((index * 7919) % 100_003).toString(16).padStart(5, '0')}${'c'.repeat(22)}${index.toString(16).padStart(5, '0')}`;
}

export const scrollSettings = fc.record({
  sidChanges: fc.boolean(),
  end: fc.constantFrom('empty-page' as const, 'no-sid' as const),
  total: fc.boolean(),
});

/** A page size, which is mostly small, so that a list has many pages. */
export const size = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 1, max: 12 }) },
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 420 }) },
);
