import { failureKindOf } from '../resilience/failure-kinds.ts';

/** Limits repeated logins: after a failed login there is a pause, which doubles with each failure. */
export type LoginBackoff = {
  /** Returns the error of the last login while the pause lasts; undefined if a login may be tried. */
  currentFailure(): Error | undefined;
  /** Starts a pause, unless the gateway's own limits refused the login before it was sent. */
  onFailure(error: Error): void;
  /** Resets the length of the pause. */
  onSuccess(): void;
};

/** The first and the longest pause, in ms. */
const firstPause = 1_000;
const longestPause = 30_000;

/** The largest random addition to a pause, as a fraction of it, so that replicas do not log in again at the same time. */
const jitter = 0.25;

/** Creates the backoff of one credential. */
export function createLoginBackoff(): LoginBackoff {
  let last: { error: Error; retryAt: number; pause: number } | undefined;
  return {
    currentFailure: () => (last !== undefined && performance.now() < last.retryAt ? last.error : undefined),
    onFailure(error) {
      if (failureKindOf(error).allowsNextLogin) return;
      const pause = last === undefined ? firstPause : Math.min(2 * last.pause, longestPause);
      last = { error, pause, retryAt: performance.now() + pause * (1 + jitter * Math.random()) };
    },
    onSuccess() {
      last = undefined;
    },
  };
}
