import { vi } from 'vitest';
import { chance, integerBelow, type Random } from '../../../../emulator/data/random.ts';
import {
  type ConcurrencyLimit,
  type ConcurrencyLimitOptions,
  createConcurrencyLimit,
} from '../../../../src/upstream/resilience/concurrency-limit.ts';
import './fake-clock.ts';

/** Creates a limit that starts at 64 calls, with 4 as its minimum and 256 as its maximum. */
export const create = (options: Partial<ConcurrencyLimitOptions> = {}) =>
  createConcurrencyLimit({ initial: 64, min: 4, max: 256, ...options });

/** The result of a simulated call and the time that it takes. */
type Fate = { ms: number; isAnswer: boolean };
/** An upstream that decides the result of each call when it begins. */
type Upstream = { begin(): Fate; end(fate: Fate): void };

/** An upstream that answers `room()` calls at the same time, and refuses the others at once. */
export function withRoomFor(room: () => number, latencyMs: number, random: Random): Upstream {
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
export function failing(percent: number, { fromMs, toMs }: { fromMs: number; toMs: number }, random: Random): Upstream {
  return {
    begin: () =>
      chance(random, percent)
        ? { ms: 2, isAnswer: false }
        : { ms: fromMs + integerBelow(random, toMs - fromMs), isAnswer: true },
    end: () => undefined,
  };
}

/** An upstream whose latency grows with the number of calls; attempts end after three seconds. */
export function slow(room: number, latencyMs: number): Upstream {
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

/** An upstream that answers each call after 20 ms. */
export const healthy: Upstream = { begin: () => ({ ms: 20, isAnswer: true }), end: () => undefined };

/** The latencies of an upstream that is slow, in milliseconds. */
export const brownOut = { fromMs: 500, toMs: 1_500 };

/** Simulates callers that always want `wanted` concurrent calls, and make as many as the limit allows. */
export function drive(
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
