import { afterEach, beforeEach, vi } from 'vitest';

// Importing this module fakes the clock of each test of the file: time passes only as the test advances it.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

/** Advances the clock by `ms`, and does the work that is due by then. */
export const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Resolves when the clock has advanced by `ms`. */
export const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
