import { createRandom, integerBelow } from './random.ts';
import { dataEnd, day } from './time.ts';

/**
 * Returns the times of the bulk import that created contact number `n`, in seconds since 1970; undefined for contacts
 * that were not imported. Of every 4,000 contacts, 400 were created in the same second, and half of those were modified
 * in the same second, so that an order by time has many ties.
 */
export function importBatchOf(seed: number, n: number): { created: number; modified: number | undefined } | undefined {
  const position = n % 4000;
  if (position < 100 || position >= 500) return undefined;
  const random = createRandom(seed, 2, Math.floor(n / 4000));
  const created = dataEnd - day - integerBelow(random, 900 * day);
  return { created, modified: position < 300 ? created + integerBelow(random, dataEnd - created) : undefined };
}
