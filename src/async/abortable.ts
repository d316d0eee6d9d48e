import { ClientGone, PublicError, UpstreamTimeout } from '../errors.ts';
import type { Signal } from './abort-signal.ts';

/** Waits for work that others may wait for as well: an abort ends this wait, not the work. */
export function abortable<T>(work: Promise<T>, signal: Signal): Promise<T> {
  if (signal.aborted) {
    work.catch(() => undefined); // it is not awaited here, and a rejection must not be an unhandled one
    return rejectAborted(signal);
  }
  const { promise, resolve } = Promise.withResolvers<T>();
  const settle = () => {
    signal.removeEventListener('abort', leave);
    resolve(work);
  };
  const leave = () => resolve(rejectAborted(signal));
  signal.addEventListener('abort', leave);
  work.then(settle, settle);
  return promise;
}

/** A promise that is rejected with {@link errorForAbort}. */
export async function rejectAborted(signal: Signal): Promise<never> {
  throw errorForAbort(signal);
}

/**
 * The error for work that a signal ended: {UpstreamTimeout} where its reason is a TimeoutError, a reason that is a public
 * error as it is, else {ClientGone}.
 */
export function errorForAbort({ reason }: Signal): PublicError {
  if (reason instanceof PublicError) return reason;
  return reason instanceof DOMException && reason.name === 'TimeoutError'
    ? new UpstreamTimeout('The upstream did not answer in time.', { cause: reason })
    : new ClientGone('The client has left.');
}
