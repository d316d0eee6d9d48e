import { NotFound } from '../../errors.ts';

/** The kinds of reads that may be cached, each for times of its own. */
export type Resource = 'contact' | 'events' | 'devices' | 'accountings' | 'search' | 'existence' | SettingsResource;

/** The reads of what an organization has configured, which no write of the gateway changes. */
export type SettingsResource = 'organizationPolicies' | 'appSettings';

/** How long a response is used, in ms. If all times are zero, nothing is cached. */
export type CacheTimes = {
  /** For so long after the request, the response is served without a call. */
  freshMs: number;
  /** For so long after that, it is served while a call refreshes it. */
  staleMs: number;
  /** For so long after it was fresh, it is served if the upstream fails. */
  errorMs: number;
  /** For so long, "not found" is served without a call. */
  absentMs: number;
};

/** The times of each kind of read. A kind without times is not cached. */
export type CachePolicy = Readonly<Partial<Record<Resource, CacheTimes>>>;

const nothingKept: CacheTimes = { freshMs: 0, staleMs: 0, errorMs: 0, absentMs: 0 };

/** Returns the times of a kind of read; zeros if the policy has none. */
export function cacheTimesOf(policy: CachePolicy, resource: Resource): CacheTimes {
  return policy[resource] ?? nothingKept;
}

/** Returns after how many ms a response can no longer be served. */
export function lifetimeMs({ freshMs, staleMs, errorMs }: CacheTimes): number {
  return freshMs + Math.max(staleMs, errorMs);
}

/** The state of a cached response. An `old` one is served only if the upstream fails, a `gone` one never. */
export type CacheState = 'fresh' | 'stale' | 'old' | 'gone';

/**
 * Returns the state of a cached response at an age.
 *
 * @param value the decoded response, or the NotFound error that it was
 */
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
