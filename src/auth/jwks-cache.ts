import { createLocalJWKSet, errors, type JWTHeaderParameters, type JWTVerifyGetKey } from 'jose';
import { Detail, UpstreamUnavailable } from '../errors.ts';
import type { FetchJwks } from './jwks-fetch.ts';

/** The cache of the issuer's public keys (JWKS). */
export type JwksCache = {
  /**
   * Finds the key that the header of a token names.
   *
   * @throws {UpstreamUnavailable} when there are no keys, and jose's errors when no key fits the header
   */
  findKey(header: JWTHeaderParameters): Promise<Key>;
  /** Whether tokens can be verified now; if not, a fetch of the keys is started. */
  isReady(): boolean;
  /** Fetches the current keys. A failure is reported, and the old keys stay in use. */
  refresh(): Promise<void>;
  /** Whether the keys can be used now, without any fetch. */
  state(): JwksState;
};

/** The state of a JWKS cache. `ageMs` is the time since the keys were fetched, undefined without keys. */
export type JwksState = { readonly isReady: boolean; readonly ageMs: number | undefined };

type Key = Awaited<ReturnType<JWTVerifyGetKey>>;

/** The options of a JWKS cache. */
export type JwksCacheOptions = {
  fetchJwks: FetchJwks;
  /** How long keys are used after they were fetched while no newer ones can be fetched, in ms. */
  maxStaleMs: number;
  /** Called after each fetch, with the reason of a failure. */
  onFetchResult: (failure: Detail | undefined) => void;
};

/** The age at which keys are fetched again, in ms; the old keys are used meanwhile. */
const freshMs = 5 * 60_000;
/** An unknown `kid` may belong to a new key or be invented, so it causes one fetch in this time, in ms. */
const unknownKeyCooldownMs = 30_000;
/** The time between a failed fetch and the next one, in ms. */
const retryDelayMs = 5_000;

/**
 * Creates a JWKS cache. Any number of waiting requests share one fetch, and tokens cause fetches at a bounded rate only: a
 * `kid` is compared and used for nothing else. Ages are measured on the monotonic clock.
 */
export function createJwksCache({ fetchJwks, maxStaleMs, onFetchResult }: JwksCacheOptions): JwksCache {
  const refreshAfter = Math.min(freshMs, maxStaleMs / 2);
  let held: { find: ReturnType<typeof createLocalJWKSet>; at: number } | undefined;
  let pending: Promise<void> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  let unknownAt = Number.NEGATIVE_INFINITY;

  function refresh(): Promise<void> {
    pending ??= fetchJwks()
      .then((keys) => {
        held = { find: createLocalJWKSet(keys), at: performance.now() };
        onFetchResult(undefined);
      })
      .catch((error: unknown) => {
        failedAt = performance.now();
        onFetchResult(error instanceof Detail ? error : new Detail(codeOf(error)));
      })
      .finally(() => {
        pending = undefined;
      });
    return pending;
  }

  /** Fetches again, but not soon after a failure: requests in quick succession do not help an issuer that is down. */
  const retry = () => (performance.now() >= failedAt + retryDelayMs ? refresh() : pending);

  function usableKeys() {
    if (held === undefined) return undefined;
    const age = performance.now() - held.at;
    if (age > refreshAfter) void retry();
    return age <= maxStaleMs ? held : undefined;
  }

  async function lookUp(header: JWTHeaderParameters): Promise<Key> {
    if (usableKeys() === undefined) await retry();
    const keys = usableKeys();
    if (keys === undefined) {
      throw new UpstreamUnavailable('The keys for verifying access tokens are not available at the moment.');
    }
    return keys.find(header);
  }

  /** Fetches for the first unknown `kid` in the cool-down time; requests with another unknown `kid` wait for that fetch. */
  function refreshForUnknown(): Promise<void> | undefined {
    if (performance.now() < unknownAt + unknownKeyCooldownMs) return pending;
    unknownAt = performance.now();
    return refresh();
  }

  return {
    refresh,
    state() {
      const ageMs = held && performance.now() - held.at;
      return { isReady: ageMs !== undefined && ageMs <= maxStaleMs, ageMs };
    },
    isReady() {
      if (usableKeys() !== undefined) return true;
      void retry();
      return false;
    },
    async findKey(header) {
      // A pending fetch may have started before the issuer published the key.
      for (const wait of [() => pending, refreshForUnknown]) {
        try {
          return await lookUp(header);
        } catch (error) {
          if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        }
        await wait();
      }
      return lookUp(header);
    },
  };
}

/** The code of an error from undici or the system, like ECONNREFUSED; other parts of such an error contain addresses. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'not readable';
}
