import { toError } from '../errors.ts';
import { checkCount } from './input/problems.ts';
import { InputValidator, type UserError } from './input/validator.ts';

/** The results of the rows of a bulk mutation: for each row, its payload or the error that it failed with. */
export type BulkResult<P> = {
  readonly results: readonly Promise<P | Error>[];
  readonly userErrors: readonly UserError[];
};

const maxRows = 100;

/** The maximum number of rows that one mutation writes concurrently. */
const concurrency = 8;

/**
 * Writes rows in their order with limited concurrency; rows with a common key are written one after the other. An error of a
 * row is the result of that row and does not affect others.
 *
 * @param keysOf the keys of a row; two rows that share one are never written at the same time
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
      // A row waits for earlier rows only, which have all started, so that rows cannot wait for each other in a circle.
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

/** Returns the result of a mutation with no rows or too many, which writes nothing; undefined for any other number. */
export function rejectRowCount<P>(rows: readonly unknown[]): BulkResult<P> | undefined {
  const validator = new InputValidator(['inputs']);
  validator.add([], checkCount(rows, { min: 1, max: maxRows }));
  return validator.problems.length === 0 ? undefined : { results: [], userErrors: validator.problems };
}
