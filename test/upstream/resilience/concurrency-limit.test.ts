import { describe, expect, test, vi } from 'vitest';
import type { ConcurrencyLimit } from '../../../src/upstream/resilience/concurrency-limit.ts';
import { create } from './support/concurrency-limit.ts';

describe('the concurrency limit rises and falls with the results of calls', () => {
  /** Reports the given numbers of results, alternating, within one evaluation interval. */
  function meet(limit: ConcurrencyLimit, { answers, failures }: { answers: number; failures: number }) {
    const all = answers + failures;
    let failed = 0;
    for (let n = 1; n <= all; n += 1) {
      if (n === all) vi.advanceTimersByTime(1_000);
      if (failed * all < n * failures && failed < failures) {
        failed += 1;
        limit.congested();
      } else limit.succeeded(0, 0); // Few concurrent calls do not raise the limit.
    }
  }

  test.each([
    [64, 64],
    [1, 4],
    [1_000, 256],
  ])('a concurrency limit with the initial value %i starts at %i, within its bounds', (initial, calls) => {
    expect(create({ initial }).calls).toBe(calls);
  });

  test('the limit rises by about one for as many successes as its value, while half of it is used', () => {
    const limit = create({ initial: 10 });
    for (let n = 0; n < 100; n += 1) limit.succeeded(4, 20);
    expect(limit.calls).toBe(10);
    for (let n = 0; n < 9; n += 1) limit.succeeded(6, 20);
    expect(limit.calls).toBe(10);
    for (let n = 0; n < 2; n += 1) limit.succeeded(6, 20);
    expect(limit.calls).toBe(11);
    for (let n = 0; n < 100_000; n += 1) limit.succeeded(256, 20);
    expect(limit.calls).toBe(256);
  });

  test('the limit stays when less than a tenth of the calls fails, and falls when a tenth fails', () => {
    const limit = create({ initial: 100 });
    for (let turn = 0; turn < 20; turn += 1) meet(limit, { answers: 92, failures: 8 });
    expect(limit.calls).toBe(100);
    meet(limit, { answers: 90, failures: 10 });
    expect(limit.calls).toBe(70);
  });

  test('the limit stays when few calls have ended, also when they failed', () => {
    const limit = create({ initial: 100 });
    meet(limit, { answers: 0, failures: 19 });
    expect(limit.calls).toBe(100);
    meet(limit, { answers: 0, failures: 1 });
    expect(limit.calls).toBe(70);
  });

  test('the limit falls once for calls that were pending at the same time', () => {
    const limit = create({ initial: 100 });
    for (let n = 0; n < 20; n += 1) limit.succeeded(0, 400); // A round trip takes more than a quarter of a second.
    vi.advanceTimersByTime(1_000);
    limit.succeeded(0, 400);
    for (let n = 0; n < 100; n += 1) limit.congested();
    expect(limit.calls).toBe(70);
    vi.advanceTimersByTime(200);
    for (let n = 0; n < 100; n += 1) limit.congested();
    expect(limit.calls).toBe(70);
  });

  test('a limit that fell without fewer failures is restored and tried higher, and then stays for ten seconds', () => {
    const limit = create({ initial: 100 });
    meet(limit, { answers: 500, failures: 100 }); // Some of the calls began before the fault.
    expect(limit.calls).toBe(70);
    meet(limit, { answers: 100, failures: 50 });
    expect(limit.calls).toBe(49);
    meet(limit, { answers: 70, failures: 35 });
    expect(limit.calls).toBe(100);
    for (let second = 0; second < 10; second += 1) {
      meet(limit, { answers: 100, failures: 50 });
      expect(limit.calls).toBe(70);
    }
    meet(limit, { answers: 100, failures: 50 });
    expect(limit.calls).toBe(49);
  });

  test('a limit that was tried higher is kept when it brings more answers', () => {
    const limit = create({ initial: 100 });
    for (const answers of [100, 100, 70]) meet(limit, { answers, failures: 50 });
    meet(limit, { answers: 140, failures: 70 });
    expect(limit.calls).toBe(142);
    meet(limit, { answers: 140, failures: 70 });
    expect(limit.calls).toBe(100);
  });

  test('the limit continues to fall while the number of answers stays, and is then restored by one step', () => {
    const limit = create({ initial: 100 });
    for (const answers of [100, 100, 100]) meet(limit, { answers, failures: 50 });
    expect(limit.calls).toBe(34);
    meet(limit, { answers: 90, failures: 50 });
    expect(limit.calls).toBe(24);
    meet(limit, { answers: 80, failures: 50 });
    expect(limit.calls).toBe(49);
  });

  test('the limit stays where no call fails, although fewer calls are answered', () => {
    const limit = create({ initial: 100 });
    for (const answers of [100, 100]) meet(limit, { answers, failures: 50 });
    meet(limit, { answers: 70, failures: 0 });
    expect(limit.calls).toBe(49);
  });

  test('the limit does not rise while calls fail', () => {
    const limit = create({ initial: 100 });
    meet(limit, { answers: 100, failures: 50 });
    for (let n = 0; n < 1_000; n += 1) limit.succeeded(256, 20);
    expect(limit.calls).toBe(70);
  });

  test('the limit does not depend on the number of answers while there are few', () => {
    const limit = create({ initial: 100 });
    meet(limit, { answers: 12, failures: 11 });
    meet(limit, { answers: 12, failures: 11 });
    expect(limit.calls).toBe(49);
    meet(limit, { answers: 6, failures: 20 });
    expect(limit.calls).toBe(34);
  });

  test('a limit at its minimum is tried higher, because it cannot be lower', () => {
    const limit = create({ initial: 4 });
    meet(limit, { answers: 100, failures: 50 });
    expect(limit.calls).toBe(4);
    meet(limit, { answers: 100, failures: 50 });
    expect(limit.calls).toBe(5);
  });

  test('the limit is evaluated over a longer time when there are few answers', () => {
    const [few, many] = [create({ initial: 100 }), create({ initial: 100 })];
    for (let n = 0; n < 30; n += 1) few.succeeded(0, 0);
    for (let n = 0; n < 80; n += 1) many.succeeded(0, 0);
    for (const limit of [few, many]) for (let n = 0; n < 15; n += 1) limit.congested();
    vi.advanceTimersByTime(500);
    for (const limit of [few, many]) limit.congested();
    expect([few.calls, many.calls]).toEqual([100, 70]);
    vi.advanceTimersByTime(500);
    few.congested();
    expect(few.calls).toBe(70);
  });
});
