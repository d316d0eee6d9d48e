import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failurePatterns } from '../../../bench/resilience/failure-patterns.ts';
import { type OutcomeOf, simulateOperations } from '../../support/simulated-upstream.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'] });
});
afterEach(() => void vi.useRealTimers());

/** The share of operations that may differ, because retries wait for random times. */
const tolerance = 0.01;

describe('with the concurrency limiter as many operations succeed as without it, but for 1 %', () => {
  const loads = [50, 200].flatMap((perSecond) =>
    Object.values(failurePatterns).map(({ title, outcomeOf }): [string, number, OutcomeOf] => [
      title,
      perSecond,
      outcomeOf,
    ]),
  );

  test.each(loads)('%s, at %i operations a second', async (_, perSecond, outcomeOf) => {
    const seconds = 20;
    const withLimiter = await simulateOperations(outcomeOf, { perSecond, seconds, off: [] });
    const without = await simulateOperations(outcomeOf, { perSecond, seconds, off: ['concurrency-limiter'] });
    expect(withLimiter).toBeGreaterThanOrEqual(without - tolerance);
  });
});

test('an upstream that is slower the more calls are pending serves twice as many operations with the limiter', async () => {
  // It serves a hundred calls a second, and 200 operations a second are started.
  let freeAt = 0;
  const overloaded: OutcomeOf = () => {
    const now = performance.now();
    freeAt = Math.max(now, freeAt) + 10;
    return { status: 200, ms: freeAt - now };
  };
  const load = { perSecond: 200, seconds: 40 };
  const withLimiter = await simulateOperations(overloaded, { ...load, off: [] });
  freeAt = 0;
  const without = await simulateOperations(overloaded, { ...load, off: ['concurrency-limiter'] });
  expect(withLimiter).toBeGreaterThan(2 * without);
});
