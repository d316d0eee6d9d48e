import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Overloaded, UpstreamUnavailable } from '../../../src/errors.ts';
import { createLoginBackoff, type LoginBackoff } from '../../../src/upstream/credential/login-backoff.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const down = () => new UpstreamUnavailable('down');

/** Reports one more failure, waits until its pause is over, and returns the length of the pause in seconds. */
function pauseAfterFailure(backoff: LoginBackoff): number {
  backoff.onFailure(down());
  let seconds = 0;
  for (; backoff.currentFailure() !== undefined; seconds += 0.25) vi.advanceTimersByTime(250);
  return seconds;
}

test('the pause after a failed login is one second, and doubles up to thirty seconds', () => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const backoff = createLoginBackoff();
  expect(backoff.currentFailure()).toBeUndefined();
  expect(Array.from({ length: 8 }, () => pauseAfterFailure(backoff))).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
});

test('the pause is randomly up to a quarter longer, so that replicas do not log in at the same time', () => {
  vi.spyOn(Math, 'random').mockReturnValue(1);
  const backoff = createLoginBackoff();
  expect(Array.from({ length: 7 }, () => pauseAfterFailure(backoff))).toEqual([1.25, 2.5, 5, 10, 20, 37.5, 37.5]);
});

test('during a pause the backoff returns the error of the last login', () => {
  const backoff = createLoginBackoff();
  const error = down();
  backoff.onFailure(error);
  expect(backoff.currentFailure()).toBe(error);
});

test('a successful login ends the pause, and the next pause is one second again', () => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const backoff = createLoginBackoff();
  for (let time = 0; time < 5; time += 1) pauseAfterFailure(backoff);
  backoff.onFailure(down());
  backoff.onSuccess();
  expect(backoff.currentFailure()).toBeUndefined();
  expect(pauseAfterFailure(backoff)).toBe(1);
});

test('a jump of the wall clock does not end a pause', () => {
  const backoff = createLoginBackoff();
  backoff.onFailure(down());
  vi.setSystemTime(Date.now() + 3_600_000);
  expect(backoff.currentFailure()).toBeDefined();
});

test('a login that the limits of the gateway refused causes no pause', () => {
  const backoff = createLoginBackoff();
  backoff.onFailure(new Overloaded('full'));
  expect(backoff.currentFailure()).toBeUndefined();
});
