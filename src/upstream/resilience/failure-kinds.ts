import {
  Conflict,
  Detail,
  Forbidden,
  Gone,
  NotFound,
  Overloaded,
  RateLimited,
  Unauthenticated,
  UpstreamAuth,
  UpstreamBadResponse,
  UpstreamRefused,
  UpstreamTimeout,
  UpstreamUnavailable,
} from '../../errors.ts';
import { maxRetryAfter } from '../../http-message/retry-after.ts';

/** The circuit breaker rejects a call because the upstream is considered down: nothing was sent. */
export class CircuitOpen extends UpstreamUnavailable {
  constructor() {
    super('The upstream does not answer at the moment.');
  }
}

/** The rate-limit gate of a credential rejects a call because it opens too late for it: nothing was sent. */
export class RateLimitGateClosed extends RateLimited {
  /** @param opensAt in ms on the monotonic clock */
  constructor(opensAt: number) {
    const seconds = Math.ceil((opensAt - performance.now()) / 1_000);
    super('The upstream asks to slow down.', Math.min(maxRetryAfter, Math.max(1, seconds)));
  }
}

/** What a failed call means to each guard, to the cache, to a write and to the login. */
export type FailureKind = {
  /**
   * When a read is repeated: after a random pause; at once the first time, then after a pause; once only, because a
   * time-out leaves little time; or at once, because the call then waits at the rate-limit gate of its credential.
   */
  readonly retry: 'never' | 'after-pause' | 'at-once-first' | 'once' | 'at-gate';
  /** Which concurrency limit it lowers. A time-out counts only where the operation itself still has time. */
  readonly congestion: 'none' | 'upstream' | 'tenant';
  /** What the circuit breaker concludes. `dead` counts only where the operation itself still has time. */
  readonly upstream: 'alive' | 'dead' | 'unknown';
  /** A stale cache entry may be served instead. */
  readonly allowsStale: boolean;
  /** A cache entry is dropped, because the resource is gone or the caller may not read it any more. */
  readonly revokesCached: boolean;
  /** The upstream has certainly not done the write, although it was sent. */
  readonly refusesWrite: boolean;
  /** The upstream does not accept the token: the call is replayed with a new one where there is one. */
  readonly refusesToken: boolean;
  /** A login that failed this way may be tried again without a pause, because it never reached the upstream. */
  readonly allowsNextLogin: boolean;
};

type Row = Partial<FailureKind> & {
  readonly is: abstract new (...args: never[]) => Error;
  readonly when?: (code: string) => boolean;
};

/** The effect of every other error (an invalid argument, a client that left, a bug): none. */
const unlisted: FailureKind = {
  retry: 'never',
  congestion: 'none',
  upstream: 'unknown',
  allowsStale: false,
  revokesCached: false,
  refusesWrite: false,
  refusesToken: false,
  allowsNextLogin: false,
};

/** The first row that matches applies. A row lists only what differs from `unlisted`; `when` tests the code of the cause. */
const table: readonly Row[] = [
  // A guard rejected the call before it was sent.
  { is: CircuitOpen, allowsStale: true },
  { is: RateLimitGateClosed, allowsStale: true, refusesWrite: true },
  { is: Overloaded, allowsStale: true, allowsNextLogin: true },

  // There was no response. A host name, certificate or password that is wrong stays wrong, so it is not retried.
  { is: UpstreamTimeout, retry: 'once', congestion: 'upstream', upstream: 'dead', allowsStale: true },
  { is: UpstreamUnavailable, when: isMisconfiguration, upstream: 'dead', allowsStale: true },
  // Mostly a socket that the upstream closed while it was idle: a new socket is enough.
  { is: UpstreamUnavailable, when: isConnectionLoss, retry: 'at-once-first', upstream: 'dead', allowsStale: true },

  // The upstream refused the connection instead of the request. After a 421 it has certainly not done a write.
  {
    is: UpstreamRefused,
    when: isMisdirected,
    retry: 'at-once-first',
    upstream: 'alive',
    allowsStale: true,
    refusesWrite: true,
  },
  { is: UpstreamUnavailable, when: isUntimely, retry: 'at-once-first', upstream: 'alive', allowsStale: true },

  // The upstream failed. A 500 is a fault in one response, the other statuses say that the upstream is overloaded.
  {
    is: UpstreamUnavailable,
    when: isOverloadStatus,
    retry: 'after-pause',
    congestion: 'upstream',
    upstream: 'dead',
    allowsStale: true,
  },
  { is: UpstreamUnavailable, retry: 'after-pause', upstream: 'dead', allowsStale: true },

  // The upstream responded.
  { is: UpstreamRefused, upstream: 'alive', allowsStale: true, refusesWrite: true },
  { is: UpstreamBadResponse, upstream: 'alive', allowsStale: true },
  {
    is: RateLimited,
    retry: 'at-gate',
    congestion: 'tenant',
    upstream: 'alive',
    allowsStale: true,
    refusesWrite: true,
  },
  { is: Unauthenticated, upstream: 'alive', revokesCached: true, refusesWrite: true, refusesToken: true },
  { is: Forbidden, upstream: 'alive', revokesCached: true, refusesWrite: true, refusesToken: true },
  { is: NotFound, upstream: 'alive', revokesCached: true, refusesWrite: true },
  { is: Conflict, upstream: 'alive', refusesWrite: true },
  { is: Gone, upstream: 'alive', refusesWrite: true },

  // The gateway's own credential was refused at the login, of which the circuit breaker learns by the login's own call.
  { is: UpstreamAuth, refusesWrite: true },
];

const kinds = table.map(({ is, when, ...effects }) => ({ is, when, kind: { ...unlisted, ...effects } }));

/** The kind of a failure: the only place that decides what an error class means. */
export function failureKindOf(error: unknown): FailureKind {
  const code = codeOf(error);
  return kinds.find(({ is, when }) => error instanceof is && (when === undefined || when(code)))?.kind ?? unlisted;
}

/** The host does not exist, its certificate is not trusted, a proxy does not allow the call, or the pool is closed. */
function isMisconfiguration(code: string): boolean {
  return /^(?:ENOTFOUND|EPROTO|(?:CERT|CRL|UNABLE_TO|ERROR_IN|ERR_TLS|ERR_SSL)_\w+|(?:DEPTH_ZERO_)?SELF_SIGNED_CERT\w*|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|UND_ERR_PRX_TLS|UND_ERR_CLOSED|UND_ERR_DESTROYED|the proxy refused with status 40[37])$/.test(
    code,
  );
}

function isConnectionLoss(code: string): boolean {
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(code);
}

function isMisdirected(code: string): boolean {
  return code === 'status 421';
}

function isUntimely(code: string): boolean {
  return code === 'status 408' || code === 'status 425';
}

function isOverloadStatus(code: string): boolean {
  return /^status (?:502|503|504)$/.test(code);
}

/** The code of the system or library error that is the cause, or the HTTP status as a text of the gateway's own. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Detail) return cause.message;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}
