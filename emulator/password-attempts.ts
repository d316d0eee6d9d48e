import { ApiError } from './api-error.ts';
import type { Clock } from './clock.ts';

/** How many wrong passwords of one username are answered within a window of so many seconds. Further calls are a 429. */
export type PasswordLimit = { count: number; seconds: number };

/** Counts wrong passwords (endpoint 16) [assumed]. */
export type PasswordAttempts = {
  /** @throws {ApiError} 429 after too many wrong passwords, also for the right one */
  check(username: string): void;
  countWrong(username: string): void;
  setLimit(limit: PasswordLimit): void;
};

/** The limit without configuration. */
export const defaultPasswordLimit: PasswordLimit = { count: 20, seconds: 60 };

/** Creates the counters. @param initial the limit until `setLimit` is called */
export function createPasswordAttempts(clock: Clock, initial: PasswordLimit): PasswordAttempts {
  const windows = new Map<string, { until: number; count: number }>();
  let limit = initial;

  function windowOf(username: string) {
    const current = windows.get(username);
    if (current !== undefined && current.until > clock.now()) return current;
    const started = { until: clock.now() + limit.seconds * 1000, count: 0 };
    windows.set(username, started);
    return started;
  }

  return {
    check(username) {
      const { until, count } = windowOf(username);
      if (count < limit.count) return;
      const wait = Math.ceil((until - clock.now()) / 1000);
      throw new ApiError(429, 'Too many wrong passwords', { 'retry-after': String(wait) });
    },
    countWrong(username) {
      windowOf(username).count += 1;
    },
    setLimit(changed) {
      limit = changed;
      windows.clear();
    },
  };
}
