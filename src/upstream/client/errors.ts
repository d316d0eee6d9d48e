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

/** A 404 that is no response of the API: not the resource is absent, but the address of the call itself. */
export class AddressNotFound extends NotFound {}

type Headers = Record<string, string | string[] | undefined>;

/**
 * Returns the error for a status that is not a success, by the table of the wire contract. The message is the gateway's own
 * and contains no text of the upstream, which may hold personal data.
 *
 * @param headers of the response; a `retry-after` sets the `retryAfter` of the error, in seconds
 */
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
  if (status === 408 || status === 425) {
    return new UpstreamUnavailable('The upstream did not accept the request at this moment.', { cause });
  }
  if (status >= 500) {
    return new UpstreamUnavailable('The upstream failed.', {
      cause,
      retryAfter: parseRetryAfter(headers['retry-after']),
    });
  }
  // A redirect leaves open whether the request was processed.
  return status >= 400
    ? new UpstreamRefused('The upstream refused the request: it did nothing.', { cause })
    : new UpstreamBadResponse('The upstream answered with an unexpected status.', { cause });
}

/**
 * Returns the error for a response with status 200 whose envelope has the status KO.
 *
 * @param code the code in the envelope; a code that the wire contract does not list is an {UpstreamBadResponse}
 */
export function errorForKo(code: unknown): PublicError {
  const status = typeof code === 'string' ? koStatus.get(code) : undefined;
  return status === undefined
    ? new UpstreamBadResponse('The upstream answered that it could not do this.')
    : errorForStatus(status);
}

/**
 * Returns the error for a call that has no usable response: after a time-out, a reset, a refused connection or a broken body.
 *
 * @param error what the HTTP client threw; a {PublicError} is returned unchanged
 * @param signal the signal of the call, whose reason decides the error if it has aborted
 */
export function errorForFailure(error: unknown, signal: Signal): PublicError {
  if (error instanceof PublicError) return error;
  return signal.aborted
    ? errorForAbort(signal)
    : new UpstreamUnavailable('The upstream cannot be reached.', { cause: error });
}
