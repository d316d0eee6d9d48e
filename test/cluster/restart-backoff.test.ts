// The pauses before a worker is started again, with a clock of the test.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRestartBackoff } from '../../src/cluster/restart-backoff.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

test('the pause doubles from 1 s to 30 s, and is 1 s again after a minute of service', () => {
  const backoff = createRestartBackoff();
  const pauses = () => Array.from({ length: 7 }, () => backoff.nextDelay() / 1_000);
  expect(pauses()).toEqual([1, 2, 4, 8, 16, 30, 30]);
  backoff.onReady();
  vi.advanceTimersByTime(59_999);
  expect(backoff.nextDelay()).toBe(30_000);
  vi.advanceTimersByTime(60_000); // Without a worker that serves, time resets nothing.
  expect(backoff.nextDelay()).toBe(30_000);
  backoff.onReady();
  vi.advanceTimersByTime(60_000);
  expect(pauses()).toEqual([1, 2, 4, 8, 16, 30, 30]);
});
