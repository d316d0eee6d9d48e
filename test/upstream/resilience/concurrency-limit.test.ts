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

/** How a call will end that begins now. */
type Fate = { ms: number; isAnswer: boolean };
type Upstream = { begin(): Fate; end(fate: Fate): void };

/** Answers so many calls at the same time, and refuses the others at once. */
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

/** Refuses a share of the calls at once, in per cent, whatever their number, and answers the others in their time. */
function failing(percent: number, { fromMs, toMs }: { fromMs: number; toMs: number }, random: Random): Upstream {
  return {
    begin: () =>
      chance(random, percent)
        ? { ms: 2, isAnswer: false }
        : { ms: fromMs + integerBelow(random, toMs - fromMs), isAnswer: true },
    end: () => undefined,
  };
}

/** Answers the slower the more it has to do; tries end after three seconds. */
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

/** Callers who always want so many calls under way, and have as many as the limit allows. */
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
  /** @returns what has come of it in so many seconds, and where the limit was in each */
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

describe('an upstream that has room for so many calls', () => {
  test.each([10, 64, 256])('is found out from a limit of %i, and few calls fail from then on', (initial) => {
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
  });

  test('is sent fewer calls before there were many answers to judge by', () => {
    const upstream = withRoomFor(() => 10, 2_000, createRandom(1));
    const run = drive(create({ initial: 12 }), 300, () => upstream);
    run(1);
    expect(run(1).share).toBeLessThan(0.5);
  });

  test('and loses most of it for a while is sent fewer calls, and more again when it has it back', () => {
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

describe('an upstream that fails half of the calls at once and is slow with the others', () => {
  test.each([64, 256])('is sent about as many calls as before, which were %i, and answers nearly as many', (wanted) => {
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
  });

  test('is sent more when more are wanted: to answer slowly takes more calls at the same time', () => {
    let upstream = healthy;
    const limit = create();
    drive(limit, 30, () => upstream)(5);
    upstream = failing(50, brownOut, createRandom(1));
    const run = drive(limit, 1_000, () => upstream);
    run(30);
    expect(run(1).lowest).toBeGreaterThan(128);
  });

  test('is sent many again as soon as it is well', () => {
    let upstream = failing(50, brownOut, createRandom(1));
    const run = drive(create(), 300, () => upstream);
    run(30);
    upstream = healthy;
    run(5);
    expect(run(5).lowest).toBe(256);
  });

  test('has not lost its place for good when its limit is at the least', () => {
    const upstream = failing(50, { fromMs: 15, toMs: 25 }, createRandom(1));
    const run = drive(create({ initial: 4 }), 300, () => upstream);
    run(10);
    expect(run(1).lowest).toBeGreaterThan(40);
  });
});

test('an upstream that is too slow for the time of a try is sent as few calls as it can answer in it', () => {
  const upstream = slow(4, 500); // eight a second, which is 24 in the time of a try
  const run = drive(create(), 300, () => upstream);
  run(60);
  const { share, highest } = run(60);
  expect(highest).toBeLessThanOrEqual(32);
  expect(share).toBeLessThan(0.3);
});

describe('the concurrency limit', () => {
  /** So many outcomes of each kind, alternating, in the time of a judgement. */
  function meet(limit: ConcurrencyLimit, { answers, failures }: { answers: number; failures: number }) {
    const all = answers + failures;
    let failed = 0;
    for (let n = 1; n <= all; n += 1) {
      if (n === all) vi.advanceTimersByTime(1_000);
      if (failed * all < n * failures && failed < failures) {
        failed += 1;
        limit.congested();
      } else limit.succeeded(0, 0); // by few calls under way it is not raised
    }
  }

  test.each([
    [64, 64],
    [1, 4],
    [1_000, 256],
  ])('that is to start at %i starts at %i, within its bounds', (initial, calls) => {
    expect(create({ initial }).calls).toBe(calls);
  });

  test('rises by about one for as many successes as it is, while half of it is used', () => {
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

  test('stays when less than a tenth of the calls fails, and falls when it is a tenth', () => {
    const limit = create({ initial: 100 });
    for (let turn = 0; turn < 20; turn += 1) meet(limit, { answers: 92, failures: 8 });
    expect(limit.calls).toBe(100);
    meet(limit, { answers: 90, failures: 10 });
    expect(limit.calls).toBe(70);
  });

  test('stays when few calls have ended, whatever became of them', () => {
    const limit = create({ initial: 100 });
    meet(limit, { answers: 0, failures: 19 });
    expect(limit.calls).toBe(100);
    meet(limit, { answers: 0, failures: 1 });
    expect(limit.calls).toBe(70);
  });

  test('falls once by what was under way together', () => {
    const limit = create({ initial: 100 });
    for (let n = 0; n < 20; n += 1) limit.succeeded(0, 400); // a round trip takes more than a quarter of a second
    vi.advanceTimersByTime(1_000);
    limit.succeeded(0, 400);
    for (let n = 0; n < 100; n += 1) limit.congested();
    expect(limit.calls).toBe(70);
    vi.advanceTimersByTime(200);
    for (let n = 0; n < 100; n += 1) limit.congested();
    expect(limit.calls).toBe(70);
  });

  test('that fell in vain is taken back and tried higher, and then stays where it was for ten seconds', () => {
    const limit = create({ initial: 100 });
    meet(limit, { answers: 500, failures: 100 }); // in part from before there was a fault
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

  test('that is higher stays so when that brings more answers', () => {
    const limit = create({ initial: 100 });
    for (const answers of [100, 100, 70]) meet(limit, { answers, failures: 50 });
    meet(limit, { answers: 140, failures: 70 });
    expect(limit.calls).toBe(142);
    meet(limit, { answers: 140, failures: 70 });
    expect(limit.calls).toBe(100);
  });

  test('falls on while that costs no answers since the first fall, and is taken back by a step', () => {
    const limit = create({ initial: 100 });
    for (const answers of [100, 100, 100]) meet(limit, { answers, failures: 50 });
    expect(limit.calls).toBe(34);
    meet(limit, { answers: 90, failures: 50 });
    expect(limit.calls).toBe(24);
    meet(limit, { answers: 80, failures: 50 });
    expect(limit.calls).toBe(49);
  });

  test('stays where no call fails any more, although fewer are answered', () => {
    const limit = create({ initial: 100 });
    for (const answers of [100, 100]) meet(limit, { answers, failures: 50 });
    meet(limit, { answers: 70, failures: 0 });
    expect(limit.calls).toBe(49);
  });

  test('does not rise while calls fail', () => {
    const limit = create({ initial: 100 });
    meet(limit, { answers: 100, failures: 50 });
    for (let n = 0; n < 1_000; n += 1) limit.succeeded(256, 20);
    expect(limit.calls).toBe(70);
  });

  test('does not go by the number of answers while there are few', () => {
    const limit = create({ initial: 100 });
    meet(limit, { answers: 12, failures: 11 });
    meet(limit, { answers: 12, failures: 11 });
    expect(limit.calls).toBe(49);
    meet(limit, { answers: 6, failures: 20 });
    expect(limit.calls).toBe(34);
  });

  test('that is at its least is tried higher: it cannot be lower', () => {
    const limit = create({ initial: 4 });
    meet(limit, { answers: 100, failures: 50 });
    expect(limit.calls).toBe(4);
    meet(limit, { answers: 100, failures: 50 });
    expect(limit.calls).toBe(5);
  });

  test('waits longer for few answers than for many', () => {
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
