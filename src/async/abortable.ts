import { errorForFailure } from '../upstream/client/errors.ts';
import type { Signal } from './abort-signal.ts';

/** Waits for work that others wait for too: an abort ends this caller's wait, not the work. */
export function abortable<T>(work: Promise<T>, signal: Signal): Promise<T> {
  if (signal.aborted) {
    work.catch(() => undefined); // nobody hears of it here
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

/** What somebody gets who waits no more. */
export async function rejectAborted(signal: Signal): Promise<never> {
  throw errorForFailure(signal.reason, signal);
}
