import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDeadline, type Deadline } from '../../src/async/deadline.ts';

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
  const { timeoutSignal } = createDeadline(500, client.signal);
  client.abort();
  expect(timeoutSignal.aborted).toBe(false);
  vi.advanceTimersByTime(500);
  expect(timeoutSignal.reason).toMatchObject({ name: 'TimeoutError' });
});

describe('what is to be done when it is over', () => {
  test('is done at the end, once', () => {
    const deadline = createDeadline(500, new AbortController().signal);
    const act = vi.fn();
    deadline.onEnd(act);
    expect(act).not.toHaveBeenCalled();
    deadline.end();
    deadline.end();
    expect(act).toHaveBeenCalledOnce();
  });

  test('is done at the deadline, and not again at the end', () => {
    const deadline = createDeadline(500, new AbortController().signal);
    const act = vi.fn();
    deadline.onEnd(act);
    vi.advanceTimersByTime(499);
    expect(act).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(act).toHaveBeenCalledOnce();
    deadline.end();
    expect(act).toHaveBeenCalledOnce();
  });

  test('is not done because the client leaves: its calls end first', () => {
    const client = new AbortController();
    const act = vi.fn();
    createDeadline(500, client.signal).onEnd(act);
    client.abort();
    expect(act).not.toHaveBeenCalled();
  });

  test.each([
    ['ended', (deadline: Deadline) => deadline.end()],
    ['has run out of time', () => vi.advanceTimersByTime(500)],
  ])('is done at once for one that has %s', (_, finish) => {
    const deadline = createDeadline(500, new AbortController().signal);
    finish(deadline);
    const act = vi.fn();
    deadline.onEnd(act);
    expect(act).toHaveBeenCalledOnce();
    deadline.end();
    expect(act).toHaveBeenCalledOnce();
  });
});
