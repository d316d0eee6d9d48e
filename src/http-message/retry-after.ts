import { parseDecimal } from './decimal.ts';
import { parseHttpDate } from './http-date.ts';

/**
 * The longest waiting time that is obeyed and passed on to clients, in seconds. A longer one counts as this: then one call
 * finds out whether the upstream still refuses, so that a wrong value does not keep a credential out for hours.
 */
export const maxRetryAfter = 300;

/**
 * Reads `Retry-After`: seconds, also with a fraction, or a date in one of HTTP's three formats.
 *
 * @param value the header; of several the longest time counts
 * @returns whole seconds from now, rounded up, from 1 to `maxRetryAfter`; undefined if no time is named, or one that is over
 */
export function parseRetryAfter(value: string | readonly string[] | undefined, now = Date.now()): number | undefined {
  const longest = Math.max(0, ...[value ?? []].flat().map((text) => secondsUntil(text, now)));
  return longest > 0 ? Math.min(maxRetryAfter, Math.ceil(longest)) : undefined;
}

function secondsUntil(text: string, now: number): number {
  const trimmed = text.replace(/^[ \t]+|[ \t]+$/g, '');
  return parseDecimal(trimmed) ?? ((parseHttpDate(trimmed, now) ?? now) - now) / 1_000;
}
