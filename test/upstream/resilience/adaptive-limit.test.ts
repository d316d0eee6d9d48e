import { describe, expect, test } from 'vitest';
import { createAimdLimit } from '../../../src/upstream/resilience/adaptive-limit.ts';

const create = (initial: number) => createAimdLimit({ initial, min: 4, max: 256 });

function raise(limit: ReturnType<typeof create>, times: number, inFlight = 256) {
  for (let time = 0; time < times; time += 1) limit.raise(inFlight);
}

describe('a limit', () => {
  test.each([
    [64, 64],
    [1, 4],
    [1_000, 256],
  ])('that is to start at %i starts at %i, within its bounds', (initial, calls) => {
    expect(create(initial).calls).toBe(calls);
  });

  test('rises by about one in a round trip of successes', () => {
    const limit = create(10);
    raise(limit, 9);
    expect(limit.calls).toBe(10);
    raise(limit, 2);
    expect(limit.calls).toBe(11);
  });

  test('rises to its upper bound and no further', () => {
    const limit = create(250);
    raise(limit, 10_000);
    expect(limit.calls).toBe(256);
  });

  test('does not rise while less than half of it is used', () => {
    const limit = create(10);
    raise(limit, 100, 4);
    expect(limit.calls).toBe(10);
    raise(limit, 100, 5);
    expect(limit.calls).toBeGreaterThan(10);
  });

  test('falls by three tenths', () => {
    const limit = create(100);
    limit.lower(limit.round);
    expect(limit.calls).toBe(70);
  });

  test('falls once for all calls that were under way together', () => {
    const limit = create(100);
    const { round } = limit;
    for (let call = 0; call < 50; call += 1) limit.lower(round);
    expect(limit.calls).toBe(70);
    limit.lower(limit.round);
    expect(limit.calls).toBe(49);
  });

  test('falls to its lower bound and no further, and rises from there', () => {
    const limit = create(100);
    for (let time = 0; time < 20; time += 1) limit.lower(limit.round);
    expect(limit.calls).toBe(4);
    raise(limit, 5);
    expect(limit.calls).toBe(5);
  });
});
