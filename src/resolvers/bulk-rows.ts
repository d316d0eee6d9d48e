import { toError } from '../errors.ts';
import type { UserError } from './input/validator.ts';

/** What becomes of rows: of each a payload, as soon as it is done, or what it has failed with. */
export type BulkResult<P> = {
  readonly results: readonly Promise<P | Error>[];
  readonly userErrors: readonly UserError[];
};

const maxRows = 100;

/** Rows of one operation that are under way at once. */
const concurrency = 8;

/**
 * Works on rows in their order, a few at once; rows that have a key in common one after the other. What one throws is
 * its result, and no other row's business.
 */
export function runBulkRows<R, P>(
  rows: readonly R[],
  keysOf: (row: R) => readonly string[],
  work: (row: R, index: number) => Promise<P>,
): BulkResult<P> {
  const results = rows.map(() => Promise.withResolvers<P | Error>());
  const last = new Map<string, Promise<unknown>>();
  const waiting = rows.entries();
  async function worker(): Promise<void> {
    for (const [index, row] of waiting) {
      const keys = keysOf(row);
      // Only for earlier rows, which have all begun: there is always one that waits for nobody.
      const earlier = Promise.all(keys.map((key) => last.get(key)));
      const result = earlier.then(() => work(row, index)).catch(toError);
      for (const key of keys) last.set(key, result);
      results[index]?.resolve(result);
      await result;
    }
  }
  for (let started = 0; started < concurrency; started += 1) void worker();
  return { results: results.map(({ promise }) => promise), userErrors: [] };
}

/** Nothing done, because of how many rows there are. */
export function rejectRowCount<P>({ length }: readonly unknown[]): BulkResult<P> | undefined {
  if (length >= 1 && length <= maxRows) return undefined;
  return { results: [], userErrors: [{ code: 'INVALID', message: `Give 1 to ${maxRows} rows.`, field: ['inputs'] }] };
}
