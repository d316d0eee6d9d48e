import { LRUCache } from 'lru-cache';
import type { Secret } from '../crypto/secret.ts';
import { Conflict, Detail, Forbidden, Gone, NotFound, Unauthenticated, UpstreamRefused } from '../errors.ts';
import { idPattern } from '../id.ts';
import { createCoalescer } from '../upstream/cache/coalescer.ts';
import type { TokenCall } from '../upstream/credential/credential.ts';
import { getService, type Service } from '../upstream/endpoints/service.ts';
import { clockSkewSeconds } from './authenticate.ts';
import { unauthenticatedError } from './bearer.ts';
import type { TokenStatuses } from './token-status.ts';

/** A token of the upstream, as it describes itself. */
export type DescribedToken = {
  readonly token: Secret;
  /** The SHA-256 hash of the token. */
  readonly hash: string;
  /** The `iss` claim [sdk]. */
  readonly serviceId: string | undefined;
  /** The `exp` claim, in seconds since 1970. */
  readonly expiresAt: number | undefined;
};

/** Finds the services of tokens that only the upstream can verify. */
export type ServiceDiscovery = {
  /** Returns the service as it is cached, without a call. @throws {Unauthenticated} if the upstream has just refused the token */
  cached(token: DescribedToken): Service | undefined;
  /**
   * Returns the service as it is cached, or asks the upstream, once for all operations that wait for the same token.
   *
   * @returns undefined where the upstream does not tell: the token names no service, or the call does not exist
   * @throws {Unauthenticated} if the upstream refuses the token, and what else the upstream answers, which is not cached
   */
  find(token: DescribedToken, call: TokenCall): Promise<Service | undefined>;
  /** Refuses a token for a short time, because the upstream has refused a call with it and does not tell its service. */
  refuse(hash: string): void;
  /** Whether a token is refused for a short time. */
  isRefused(hash: string): boolean;
};

/** The memory of the cache in bytes, and that of one service in addition to the ids in it. */
const maxServiceBytes = 8_000_000;
const bytesPerService = 600;
const bytesPerId = 32;

/** The longest time for which a service is cached, in ms: a token is valid for a day [doc]. */
const maxServiceMs = 24 * 60 * 60 * 1_000;
/** The same for a token that does not say when it expires. */
const unknownExpiryMs = 60 * 60 * 1_000;

/** The number of tokens without a service that are cached. */
const maxFailures = 10_000;
/** For so long a token that the upstream refused is refused without a call, in ms. */
const refusedMs = 5_000;
/** For so long the upstream is not asked again about a token whose service it does not tell, in ms. */
const unavailableMs = 60_000;

/** What the discovery knows of tokens besides their services, and whom it warns. */
export type ServiceDiscoveryOptions = {
  statuses: TokenStatuses;
  /** Is called once, with the reason, if the upstream does not tell the service of a token. */
  onUnavailable: (reason: string) => void;
};

/** Creates the discovery, with its caches. */
export function createServiceDiscovery({ statuses, onUnavailable }: ServiceDiscoveryOptions): ServiceDiscovery {
  const coalescer = createCoalescer();
  const services = new LRUCache<string, Service>({
    maxSize: maxServiceBytes,
    sizeCalculation: ({ organizations, locations }) =>
      bytesPerService + [...organizations, ...locations].reduce((bytes, { length }) => bytes + bytesPerId + length, 0),
  });
  const failures = new LRUCache<string, 'refused' | 'unavailable'>({ max: maxFailures, ttl: refusedMs });
  let hasWarned = false;

  function recordUnavailable(hash: string, reason: string): undefined {
    failures.set(hash, 'unavailable', { ttl: unavailableMs });
    if (!hasWarned) onUnavailable(reason);
    hasWarned = true;
  }

  function recordFailure(hash: string, error: unknown): undefined {
    const isRefusal = error instanceof Unauthenticated || error instanceof Forbidden;
    if (isRefusal && statuses.find(hash) !== 'accepted') {
      failures.set(hash, 'refused');
      throw refused();
    }
    if (!isRefusal && !saysThatThereIsNone(error)) throw error;
    return recordUnavailable(hash, isRefusal ? 'it refuses a token that it accepted before' : 'it has no such call');
  }

  async function discover(
    token: DescribedToken,
    send: () => Promise<Service | undefined>,
  ): Promise<Service | undefined> {
    const { hash, expiresAt } = token;
    try {
      const service = await send();
      if (service === undefined) return recordUnavailable(hash, 'its answer has another form');
      statuses.accept(hash);
      services.set(hash, service, { ttl: lifetimeMs(expiresAt) });
      return service;
    } catch (error) {
      return recordFailure(hash, error);
    }
  }

  function cached({ hash }: DescribedToken): Service | undefined {
    const service = services.get(hash);
    if (service === undefined && isRefused(hash)) throw refused();
    return service;
  }

  const isRefused = (hash: string) => failures.get(hash) === 'refused';

  return {
    cached,
    isRefused,
    refuse: (hash) => void failures.set(hash, 'refused'),
    async find(described, call) {
      const { hash, serviceId, token } = described;
      const service = cached(described);
      if (service !== undefined || failures.get(hash) !== undefined) return service;
      if (serviceId === undefined || !idPattern.test(serviceId)) return undefined;
      return call.step(async (recorder) => {
        const { result, joined } = coalescer.share(hash, hash, call.deadline, ({ signal, endsAt }) =>
          discover(described, () =>
            getService(
              // A token that is not proven must not use up the share of an organization.
              (request) =>
                call.send({
                  ...request,
                  bearer: token,
                  tenant: '',
                  caller: hash,
                  credentialId: hash,
                  signal,
                  endsAt,
                  recorder,
                }),
              serviceId,
              call.reporter,
            ),
          ),
        );
        return { value: await result, origin: joined ? 'shared' : 'upstream' };
      });
    },
  };
}

/** Whether a failure says that the upstream knows no such service, or no such call. */
function saysThatThereIsNone(error: unknown): boolean {
  return [NotFound, Gone, Conflict, UpstreamRefused].some((each) => error instanceof each);
}

/** How long a service is cached, in ms: until its token expires. */
function lifetimeMs(expiresAt: number | undefined): number {
  if (expiresAt === undefined) return unknownExpiryMs;
  const untilExpiry = (expiresAt + clockSkewSeconds) * 1_000 - Date.now();
  return Math.ceil(Math.min(maxServiceMs, Math.max(1, untilExpiry)));
}

function refused(): Unauthenticated {
  return unauthenticatedError(new Detail('refused by the upstream'));
}
