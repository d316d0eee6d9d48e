// The coalescer of each test of a file; no test may leave an unhandled rejection.
import process from 'node:process';
import { setImmediate as tick } from 'node:timers/promises';
import { afterEach, beforeEach, expect } from 'vitest';
import { type CallDeadline, type Coalescer, createCoalescer } from '../../../../src/upstream/cache/coalescer.ts';

/** The deadline of a caller; `leave` aborts its signal. */
export function wait(endsAt = 0) {
  const leaving = new AbortController();
  const { signal } = leaving;
  return { signal, endsAt: () => endsAt, leave: (reason?: unknown) => leaving.abort(reason) };
}

/** A read that the test settles; `seen` holds the deadlines with which it was started. */
export function work() {
  const { promise, resolve, reject } = Promise.withResolvers<object>();
  const seen: CallDeadline[] = [];
  const start = (shared: CallDeadline) => {
    seen.push(shared);
    return promise;
  };
  return { start, resolve, reject, seen };
}

/** The coalescer of the current test. */
export let coalescer: Coalescer;
beforeEach(() => {
  coalescer = createCoalescer();
});

const unhandled: unknown[] = [];
const recordUnhandled = (reason: unknown) => unhandled.push(reason);
beforeEach(() => void process.on('unhandledRejection', recordUnhandled));
afterEach(async () => {
  await tick();
  await tick();
  process.off('unhandledRejection', recordUnhandled);
  expect(unhandled.splice(0)).toEqual([]);
});
