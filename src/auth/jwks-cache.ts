import { createLocalJWKSet, errors, type JWTHeaderParameters, type JWTVerifyGetKey } from 'jose';
import { Detail, UpstreamUnavailable } from '../errors.ts';
import type { FetchJwks } from './jwks-fetch.ts';

/** The issuer's public keys, as this process knows them. */
export type JwksCache = {
  /**
   * The key that a token's header names.
   *
   * @throws {UpstreamUnavailable} when there are no keys at all, and jose's errors when there is none for this token
   */
  findKey(header: JWTHeaderParameters): Promise<Key>;
  /** Whether tokens can be verified now; when not, it is tried to get keys. */
  isReady(): boolean;
  /** Gets the keys as they are now; a failure is reported, and leaves those that there are. */
  refresh(): Promise<void>;
};

type Key = Awaited<ReturnType<JWTVerifyGetKey>>;

export type JwksCacheOptions = {
  fetchJwks: FetchJwks;
  /** How long keys are good after they were fetched, in ms, when no newer ones can be had. */
  maxStaleMs: number;
  /** Hears how each fetch ended: with keys, or why not. */
  onFetchResult: (failure: Detail | undefined) => void;
};

/** In ms. Keys are read again when they are as old as this, while the old ones serve. */
const fresh = 5 * 60_000;
/** In ms. An unknown `kid` may be a new key's, or made up: for so long, no other is worth a fetch. */
const coolDown = 30_000;
/** In ms, between one failure and the next try. */
const pause = 5_000;

/**
 * One fetch for any number of waiting requests. What a token can cause is bounded by time alone: whatever its `kid`
 * is, it is only compared. Ages run on the monotonic clock.
 */
export function createJwksCache({ fetchJwks, maxStaleMs, onFetchResult }: JwksCacheOptions): JwksCache {
  const refreshAfter = Math.min(fresh, maxStaleMs / 2);
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

  /** Not right after a failure: who is down is not helped by being asked all the time. */
  const retry = () => (performance.now() >= failedAt + pause ? refresh() : pending);

  function usable() {
    if (held === undefined) return undefined;
    const age = performance.now() - held.at;
    if (age > refreshAfter) void retry();
    return age <= maxStaleMs ? held : undefined;
  }

  async function lookUp(header: JWTHeaderParameters): Promise<Key> {
    if (usable() === undefined) await retry();
    const keys = usable();
    if (keys === undefined) {
      throw new UpstreamUnavailable('The keys that access tokens are verified with cannot be had at the moment.');
    }
    return keys.find(header);
  }

  /** A `kid` that nobody knows: one of them is worth a fetch, and whoever comes with another waits for that one. */
  function refreshForUnknown(): Promise<void> | undefined {
    if (performance.now() < unknownAt + coolDown) return pending;
    unknownAt = performance.now();
    return refresh();
  }

  return {
    refresh,
    isReady() {
      if (usable() !== undefined) return true;
      void retry();
      return false;
    },
    async findKey(header) {
      // A fetch that is on its way may have begun before the issuer had the key.
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

/** Of an error of undici or of the system, like ECONNREFUSED; the rest of it names addresses. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'not readable';
}
