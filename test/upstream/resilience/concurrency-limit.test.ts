import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { chance, createRandom, integerBelow, type Random } from '../../../emulator/data/random.ts';
import {
  type ConcurrencyLimit,
  type ConcurrencyLimitOptions,
  createConcurrencyLimit,
} from '../../../src/upstream/resilience/concurrency-limit.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

const create = (options: Partial<ConcurrencyLimitOptions> = {}) =>
  createConcurrencyLimit({ initial: 64, min: 4, max: 256, ...options });

/** The result of a simulated call and the time that it takes. */
type Fate = { ms: number; isAnswer: boolean };
type Upstream = { begin(): Fate; end(fate: Fate): void };

/** An upstream that answers `room()` calls at the same time, and refuses the others at once. */
function withRoomFor(room: () => number, latencyMs: number, random: Random): Upstream {
  let busy = 0;
  return {
    begin() {
      if (busy >= room()) return { ms: 2, isAnswer: false };
      busy += 1;
      return { ms: latencyMs / 2 + integerBelow(random, latencyMs), isAnswer: true };
    },
    end({ isAnswer }) {
      if (isAnswer) busy -= 1;
    },
  };
}

/** An upstream that refuses a share of the calls at once, in per cent, and answers the others after a random time. */
function failing(percent: number, { fromMs, toMs }: { fromMs: number; toMs: number }, random: Random): Upstream {
  return {
    begin: () =>
      chance(random, percent)
        ? { ms: 2, isAnswer: false }
        : { ms: fromMs + integerBelow(random, toMs - fromMs), isAnswer: true },
    end: () => undefined,
  };
}

/** An upstream whose latency grows with the number of calls; attempts end after three seconds. */
function slow(room: number, latencyMs: number): Upstream {
  let busy = 0;
  return {
    begin() {
      busy += 1;
      const ms = latencyMs * Math.max(1, busy / room);
      return ms < 3_000 ? { ms, isAnswer: true } : { ms: 3_000, isAnswer: false };
    },
    end() {
      busy -= 1;
    },
  };
}

const healthy: Upstream = { begin: () => ({ ms: 20, isAnswer: true }), end: () => undefined };
const brownOut = { fromMs: 500, toMs: 1_500 };

/** Simulates callers that always want `wanted` concurrent calls, and make as many as the limit allows. */
function drive(
  limit: Pick<ConcurrencyLimit, 'calls'> & Partial<ConcurrencyLimit>,
  wanted: number,
  upstream: () => Upstream,
) {
  const counts = { answered: 0, failed: 0 };
  let inFlight = 0;
  function fill(): void {
    while (inFlight < Math.min(wanted, limit.calls)) {
      inFlight += 1;
      const from = upstream();
      const fate = from.begin();
      setTimeout(() => end(from, fate), fate.ms);
    }
  }
  function end(from: Upstream, fate: Fate): void {
    from.end(fate);
    counts[fate.isAnswer ? 'answered' : 'failed'] += 1;
    if (fate.isAnswer) limit.succeeded?.(inFlight, fate.ms);
    else limit.congested?.();
    inFlight -= 1;
    fill();
  }
  fill();
  /** Runs for some seconds, and returns the results of the calls and the range of the limit. */
  return (seconds: number) => {
    const before = { ...counts };
    const limits: number[] = [];
    for (let second = 0; second < seconds; second += 1) {
      vi.advanceTimersByTime(1_000);
      limits.push(limit.calls);
    }
    const answered = counts.answered - before.answered;
    const failed = counts.failed - before.failed;
    return { answered, share: failed / (answered + failed), lowest: Math.min(...limits), highest: Math.max(...limits) };
  };
}

const seeds = [1, 2, 3, 4];

describe('the concurrency limit approaches the capacity of the upstream', () => {
  test.each([10, 64, 256])(
    'a limit that starts at %i approaches a capacity of 40 calls, and few calls fail from then on',
    (initial) => {
      for (const seed of seeds) {
        const upstream = withRoomFor(() => 40, 50, createRandom(seed));
        const run = drive(create({ initial }), 300, () => upstream);
        run(5);
        const { answered, share, lowest, highest } = run(20);
        expect(lowest).toBeGreaterThanOrEqual(26);
        expect(highest).toBeLessThanOrEqual(48);
        expect(share).toBeLessThan(0.15);
        expect(answered).toBeGreaterThan(0.8 * 20 * (40 / 0.05));
      }
    },
  );

  test('an upstream with little capacity is sent fewer calls before it has answered many', () => {
    const upstream = withRoomFor(() => 10, 2_000, createRandom(1));
    const run = drive(create({ initial: 12 }), 300, () => upstream);
    run(1);
    expect(run(1).share).toBeLessThan(0.5);
  });

  test('an upstream that loses most of its capacity is sent fewer calls, and more again when it has recovered', () => {
    let room = 200;
    const upstream = withRoomFor(() => room, 50, createRandom(1));
    const run = drive(create(), 300, () => upstream);
    run(10);
    expect(run(10).lowest).toBeGreaterThan(130);
    room = 40;
    run(10);
    expect(run(10).highest).toBeLessThan(48);
    room = 200;
    run(20);
    expect(run(10).lowest).toBeGreaterThan(130);
  });
});

describe('the concurrency limit does not fall in vain when the upstream fails half of the calls and is slow', () => {
  test.each([64, 256])(
    'an upstream that fails half of %i concurrent calls is sent at least about half as many, and answers nearly as many as without a limit',
    (wanted) => {
      for (const seed of seeds) {
        const [one, other] = [failing(50, brownOut, createRandom(seed)), failing(50, brownOut, createRandom(seed))];
        const whole = drive({ calls: wanted }, wanted, () => one)(60);
        let upstream = healthy;
        const run = drive(create({ initial: wanted, max: wanted }), wanted, () => upstream);
        run(2);
        upstream = other;
        const { lowest, answered } = run(60);
        expect(lowest).toBeGreaterThanOrEqual(Math.floor(wanted * 0.48));
        expect(answered).toBeGreaterThan(0.8 * whole.answered);
      }
    },
  );

  test('an upstream that fails half of the calls is sent more calls when callers want more', () => {
    let upstream = healthy;
    const limit = create();
    drive(limit, 30, () => upstream)(5);
    upstream = failing(50, brownOut, createRandom(1));
    const run = drive(limit, 1_000, () => upstream);
    run(30);
    expect(run(1).lowest).toBeGreaterThan(128);
  });

  test('an upstream that failed half of the calls is sent many again as soon as it has recovered', () => {
    let upstream = failing(50, brownOut, createRandom(1));
    const run = drive(create(), 300, () => upstream);
    run(30);
    upstream = healthy;
    run(5);
    expect(run(5).lowest).toBe(256);
  });

  test('a limit that has fallen to its minimum rises again when the upstream has recovered', () => {
    const upstream = failing(50, { fromMs: 15, toMs: 25 }, createRandom(1));
    const run = drive(create({ initial: 4 }), 300, () => upstream);
    run(10);
    expect(run(1).lowest).toBeGreaterThan(40);
  });
});

test('an upstream that is too slow for the time-out of an attempt is sent only as many calls as it can answer in time', () => {
  const upstream = slow(4, 500); // Eight calls a second are 24 within the time-out of an attempt.
  const run = drive(create(), 300, () => upstream);
  run(60);
  const { share, highest } = run(60);
  expect(highest).toBeLessThanOrEqual(32);
  expect(share).toBeLessThan(0.3);
});

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
