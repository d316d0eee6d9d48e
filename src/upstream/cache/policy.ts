import { NotFound } from '../../errors.ts';

/** What identical reads are of, each with a rule of its own for how long it is kept. */
export type Resource = 'contact' | 'events' | 'devices' | 'accountings' | 'search';

/** How long an answer is good for, in ms; all of it zero is no cache. */
export type CacheTimes = {
  /** Served without a call, from when it was asked for. */
  freshMs: number;
  /** Served for so long after that, while it is fetched anew. */
  staleMs: number;
  /** Served for so long after it was fresh when the upstream fails. */
  errorMs: number;
  /** For so long it is remembered that the upstream has no such resource. */
  absentMs: number;
};

/** What has none is not kept. */
export type CachePolicy = Readonly<Partial<Record<Resource, CacheTimes>>>;

const nothingKept: CacheTimes = { freshMs: 0, staleMs: 0, errorMs: 0, absentMs: 0 };

export function cacheTimesOf(rules: CachePolicy, resource: Resource): CacheTimes {
  return rules[resource] ?? nothingKept;
}

/** How long an answer is of any use, in ms. */
export function lifetimeMs({ freshMs, staleMs, errorMs }: CacheTimes): number {
  return freshMs + Math.max(staleMs, errorMs);
}

/** `old` is good only when the upstream fails. */
export type CacheState = 'fresh' | 'stale' | 'old' | 'gone';

/** @param value a decoded answer, or the NotFound that it was */
export function cacheStateOf(
  { freshMs, staleMs, errorMs, absentMs }: CacheTimes,
  value: unknown,
  ageMs: number,
): CacheState {
  if (value instanceof NotFound) return ageMs < absentMs ? 'fresh' : 'gone';
  if (ageMs < freshMs) return 'fresh';
  if (ageMs < freshMs + staleMs) return 'stale';
  return ageMs < freshMs + errorMs ? 'old' : 'gone';
}
