import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDeadline, type Deadline } from '../../src/async/deadline.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the signal aborts with a TimeoutError when the deadline passes', () => {
  const { signal } = createDeadline(500, new AbortController().signal);
  vi.advanceTimersByTime(499);
  expect(signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
});

test('the signal aborts with the reason of the client when the client leaves or has already left', () => {
  const client = new AbortController();
  const early = createDeadline(500, client.signal);
  client.abort(new Error('left'));
  const late = createDeadline(500, client.signal);
  for (const { signal } of [early, late]) expect(signal.reason).toEqual(new Error('left'));
});

test('the end of a deadline releases its timer and its listener at the client', () => {
  const client = new AbortController();
  const deadline = createDeadline(500, client.signal);
  deadline.end();
  expect(vi.getTimerCount()).toBe(0);
  expect(getEventListeners(client.signal, 'abort')).toEqual([]);
  client.abort();
  expect(deadline.signal.aborted).toBe(false);
});

test('the timeout signal aborts at the deadline only, and not when the client leaves', () => {
  const client = new AbortController();
  const { timeoutSignal } = createDeadline(500, client.signal);
  client.abort();
  expect(timeoutSignal.aborted).toBe(false);
  vi.advanceTimersByTime(500);
  expect(timeoutSignal.reason).toMatchObject({ name: 'TimeoutError' });
});

describe('a deadline calls its end callback once', () => {
  test('the end callback is called once at the end of the operation', () => {
    const deadline = createDeadline(500, new AbortController().signal);
    const act = vi.fn();
    deadline.onEnd(act);
    expect(act).not.toHaveBeenCalled();
    deadline.end();
    deadline.end();
    expect(act).toHaveBeenCalledOnce();
  });

  test('the end callback is called at the deadline, and not again at the end', () => {
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

  test('the end callback is not called when the client leaves, because the calls end first', () => {
    const client = new AbortController();
    const act = vi.fn();
    createDeadline(500, client.signal).onEnd(act);
    client.abort();
    expect(act).not.toHaveBeenCalled();
  });

  test.each([
    ['has ended', (deadline: Deadline) => deadline.end()],
    ['has passed', () => vi.advanceTimersByTime(500)],
  ])('the end callback is called at once if the deadline %s', (_, finish) => {
    const deadline = createDeadline(500, new AbortController().signal);
    finish(deadline);
    const act = vi.fn();
    deadline.onEnd(act);
    expect(act).toHaveBeenCalledOnce();
    deadline.end();
    expect(act).toHaveBeenCalledOnce();
  });
});
