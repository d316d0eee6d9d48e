import { below, seeded } from './random.ts';
import { dataEnd, day } from './time.ts';

/**
 * The import that a contact came with, if any. Four hundred contacts of every four thousand were created in one
 * and the same second, and half of those were modified in one second too: an order by time alone is full of ties.
 */
export function burstOf(seed: number, n: number): { created: number; modified: number | undefined } | undefined {
  const position = n % 4000;
  if (position < 100 || position >= 500) return undefined;
  const random = seeded(seed, 2, Math.floor(n / 4000));
  const created = dataEnd - day - below(random, 900 * day);
  return { created, modified: position < 300 ? created + below(random, dataEnd - created) : undefined };
}
