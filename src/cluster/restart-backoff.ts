/** How long a worker that has ended is not started again. */
export type RestartBackoff = {
  /** A worker serves requests from now on. */
  onReady(): void;
  /** Returns the pause before the next start, in ms. It doubles, unless the last worker has served for a minute. */
  nextDelay(): number;
};

/** The first and the longest pause, and the time of service after which the first one is used again, in ms. */
const firstDelayMs = 1_000;
const longestDelayMs = 30_000;
const healthyMs = 60_000;

/** Creates the backoff of the workers that take the same place one after the other. */
export function createRestartBackoff(): RestartBackoff {
  let failures = 0;
  let readyAt = Number.POSITIVE_INFINITY;
  return {
    onReady() {
      readyAt = performance.now();
    },
    nextDelay() {
      if (performance.now() - readyAt >= healthyMs) failures = 0;
      readyAt = Number.POSITIVE_INFINITY;
      const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** failures);
      failures += 1;
      return delay;
    },
  };
}
