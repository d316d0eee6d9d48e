import type { AccountingRow } from './data/accounting.ts';
import type { EventRow } from './data/event.ts';

/** 2^53 + 1, the smallest positive integer that a double cannot represent. */
const beyondDouble = 9_007_199_254_740_993n;

/** 2^64 - 1, the largest value of a 64-bit counter. */
const maxCounter = 18_446_744_073_709_551_615n;

/** Gives WiFi sessions byte counts that a double cannot represent. */
export function hugeTraffic(rows: readonly AccountingRow[]): readonly AccountingRow[] {
  return rows.map((row, n) => ({
    ...row,
    inputOctets: n === 0 ? beyondDouble : 2 ** 31 + n,
    outputOctets: n === 0 ? maxCounter : BigInt(Number.MAX_SAFE_INTEGER) + BigInt(n),
  }));
}

/** Makes the newest WiFi session one that has not ended. */
export function openSession([newest, ...rest]: readonly AccountingRow[]): readonly unknown[] {
  return [{ ...newest, stopAt: null, duration: null, terminateCause: null }, ...rest];
}

/** Gives every second event a type that the contract does not list. */
export function unknownEvents(rows: readonly EventRow[]): readonly unknown[] {
  const types = ['teleport', '', 'LOGIN', '__typename', 'constructor'];
  return rows.map((row, n) =>
    n % 2 === 0 ? { ...row, event: { type: types[(n / 2) % types.length], id: `odd-${n}` } } : row,
  );
}

/** Removes or corrupts blocks of some events. */
export function halfEvents([first, second, third, fourth, fifth, ...rest]: readonly EventRow[]): readonly unknown[] {
  return [
    { ...first, when: null },
    { ...second, where: null },
    { event: { type: 'login', id: 'only-an-event' } },
    { ...third, event: null },
    { ...fourth, when: { createdAt: 'not a date', createdAtLocal: null, timezone: 'Mars/Olympus' } },
    { ...fifth, visit: 'a block that is no object' },
    {},
    ...rest,
  ];
}
