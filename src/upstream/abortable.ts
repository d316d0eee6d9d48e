import type { Signal } from '../abort.ts';
import { errorOfFailure } from './failure.ts';

/** Waits for work that others wait for too: an abort ends this caller's wait, not the work. */
export function abortable<T>(work: Promise<T>, signal: Signal): Promise<T> {
  if (signal.aborted) {
    work.catch(() => undefined); // nobody hears of it here
    return hasLeft(signal);
  }
  const { promise, resolve } = Promise.withResolvers<T>();
  const settle = () => {
    signal.removeEventListener('abort', leave);
    resolve(work);
  };
  const leave = () => resolve(hasLeft(signal));
  signal.addEventListener('abort', leave);
  work.then(settle, settle);
  return promise;
}

/** What somebody gets who waits no more. */
export async function hasLeft(signal: Signal): Promise<never> {
  throw errorOfFailure(signal.reason, signal);
}
