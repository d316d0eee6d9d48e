import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDeadline } from '../src/deadline.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('when the time is over, the signal says that it timed out', () => {
  const { signal } = createDeadline(500, new AbortController().signal);
  vi.advanceTimersByTime(499);
  expect(signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
});

test('when the client leaves, or has left already, the signal gives its reason', () => {
  const client = new AbortController();
  const early = createDeadline(500, client.signal);
  client.abort(new Error('left'));
  const late = createDeadline(500, client.signal);
  for (const { signal } of [early, late]) expect(signal.reason).toEqual(new Error('left'));
});

test('an end releases the timer and lets go of the client', () => {
  const client = new AbortController();
  const deadline = createDeadline(500, client.signal);
  deadline.end();
  expect(vi.getTimerCount()).toBe(0);
  expect(getEventListeners(client.signal, 'abort')).toEqual([]);
  client.abort();
  expect(deadline.signal.aborted).toBe(false);
});

test('what goes on without the client ends with the time only', () => {
  const client = new AbortController();
  const { timeout } = createDeadline(500, client.signal);
  client.abort();
  expect(timeout.aborted).toBe(false);
  vi.advanceTimersByTime(500);
  expect(timeout.reason).toMatchObject({ name: 'TimeoutError' });
});
