import { errorOfFailure } from './failure.ts';

/** Waits for work that others wait for too: an abort ends this caller's wait, not the work. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    work.catch(() => undefined); // nobody hears of it here
    return hasLeft(signal);
  }
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(errorOfFailure(signal.reason, signal));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** What somebody gets who waits no more. */
export async function hasLeft(signal: AbortSignal): Promise<never> {
  throw errorOfFailure(signal.reason, signal);
}
