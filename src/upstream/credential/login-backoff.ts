import { Overloaded } from '../../errors.ts';

/** Keeps a login that fails from being tried again by everybody who needs a token: after a failure there is a pause. */
export type LoginBackoff = {
  /** Why the last login failed, for as long as the next one has to wait. */
  currentFailure(): Error | undefined;
  onFailure(error: Error): void;
  onSuccess(): void;
};

/** In ms: the first pause, and what doubling it leads to. */
const firstPause = 1_000;
const longestPause = 30_000;

/** Added to a pause, as a part of it at most: replicas that failed together are not to come back together. */
const jitter = 0.25;

export function createLoginBackoff(): LoginBackoff {
  let last: { error: Error; retryAt: number; pause: number } | undefined;
  return {
    currentFailure: () => (last !== undefined && performance.now() < last.retryAt ? last.error : undefined),
    onFailure(error) {
      // Nothing was asked of the upstream: there is no storm to fear, and the next may find room.
      if (error instanceof Overloaded) return;
      const pause = last === undefined ? firstPause : Math.min(2 * last.pause, longestPause);
      last = { error, pause, retryAt: performance.now() + pause * (1 + jitter * Math.random()) };
    },
    onSuccess() {
      last = undefined;
    },
  };
}
