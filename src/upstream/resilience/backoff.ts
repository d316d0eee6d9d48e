import type { Signal } from '../../async/abort-signal.ts';
import { abortable } from '../../async/abortable.ts';

/** `ms`, doubled `times` times, at most `maxMs`. */
export function exponentialDelay(ms: number, times: number, maxMs: number): number {
  return Math.min(maxMs, ms * 2 ** times);
}

/**
 * Waits for `ms`.
 *
 * @param ms below 2^31, as for every timer
 * @throws {UpstreamTimeout} or {ClientGone} as soon as the signal aborts
 */
export async function sleep(ms: number, signal: Signal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  try {
    await abortable(promise, signal);
  } finally {
    clearTimeout(timer);
  }
}
