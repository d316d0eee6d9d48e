import type { Signal } from '../../async/abort-signal.ts';
import { errorForAbort } from '../../async/abortable.ts';
import {
  Conflict,
  Detail,
  Forbidden,
  Gone,
  NotFound,
  PublicError,
  RateLimited,
  Unauthenticated,
  UpstreamBadResponse,
  UpstreamRefused,
  UpstreamUnavailable,
} from '../../errors.ts';
import { parseRetryAfter } from '../../http-message/retry-after.ts';
import { koStatus } from '../wire/index.ts';

type Headers = Record<string, string | string[] | undefined>;

/** The error for a status that is not a success (the contract's table; texts are ours, never the upstream's). */
export function errorForStatus(status: number, headers: Headers = {}): PublicError {
  switch (status) {
    case 401:
      return new Unauthenticated('The upstream does not know this caller.');
    case 403:
      return new Forbidden('The upstream does not allow this.');
    case 404:
      return new NotFound('The upstream has no such resource.');
    case 400:
    case 409:
    case 413:
    case 422:
      return new Conflict('The upstream refused the request as contradictory or invalid.');
    case 410:
      return new Gone('The upstream says that this is gone.');
    case 429:
      return new RateLimited('The upstream asks to slow down.', parseRetryAfter(headers['retry-after']));
  }
  const cause = new Detail(`status ${status}`);
  if (status >= 500) {
    return new UpstreamUnavailable('The upstream failed.', {
      cause,
      retryAfter: parseRetryAfter(headers['retry-after']),
    });
  }
  // A 408 and a 425 leave open whether the request was processed, and so does a redirect.
  return status >= 400 && status !== 408 && status !== 425
    ? new UpstreamRefused('The upstream refused the request: it did nothing.', { cause })
    : new UpstreamBadResponse('The upstream answered with an unexpected status.', { cause });
}

/** The error for a 200 that says KO: by its code where the contract names one, else a bad response. */
export function errorForKo(code: unknown): PublicError {
  const status = typeof code === 'string' ? koStatus.get(code) : undefined;
  return status === undefined
    ? new UpstreamBadResponse('The upstream answered that it could not do this.')
    : errorForStatus(status);
}

/** The error for a call without a usable response: time-out, reset, refused connection, broken body. */
export function errorForFailure(error: unknown, signal: Signal): PublicError {
  if (error instanceof PublicError) return error;
  return signal.aborted
    ? errorForAbort(signal)
    : new UpstreamUnavailable('The upstream cannot be reached.', { cause: error });
}
