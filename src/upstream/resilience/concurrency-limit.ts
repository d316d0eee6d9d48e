import type { AimdLimitOptions } from './adaptive-limit.ts';

/**
 * How many calls an upstream is sent at once: more as long as it copes, fewer when it fails for having too much to do.
 * A 503 does not tell whether fewer calls would fail less: an upstream of which one half is down fails half of any number.
 * So while calls fail every change is a trial. Fewer calls were better when none fails any more, or as many are answered
 * as before. When fewer are answered, more calls are tried; and when those bring no more answers, the limit stays put.
 */
export type ConcurrencyLimit = {
  /** A whole number, from the least to the most. */
  readonly calls: number;
  /** @param inFlight calls under way, this one included */
  succeeded(inFlight: number, latencyMs: number): void;
  congested(): void;
};

export type ConcurrencyLimitOptions = AimdLimitOptions & {
  /** What comes in so many ms, or in two round trips, is judged together; */
  windowMs?: number;
  /** in so many ms when fewer answers come than twice `enough`, by which nobody knows how many come in a second. */
  patienceMs?: number;
  /** Fewer outcomes say nothing. */
  enough?: number;
  /** How long the limit stays put, in ms. */
  holdMs?: number;
};

const fewer = 0.7;
const more = 1 / fewer;
/** Of all outcomes: fewer failures than that are faults, and no congestion. */
const congestedShare = 0.1;
/** Of the answers: half of what they would change by if they went with the calls. */
const unchanged = 0.85;

export function createConcurrencyLimit(options: ConcurrencyLimitOptions): ConcurrencyLimit {
  const { initial, min, max, windowMs = 150, patienceMs = 1_000, enough = 20, holdMs = 10_000 } = options;
  let exact = Math.min(max, Math.max(min, initial));
  let beganAt = performance.now();
  let answered = 0;
  let failed = 0;
  let roundTripMs = 0;
  let isCalm = true;
  let holdUntil = 0;
  let trial: { from: number; factor: number; rate: number } | undefined;

  /** What comes in the first round trip after a change was begun before it. */
  function begin(limit: number, now: number): void {
    beganAt = limit === exact ? now : now + roundTripMs;
    exact = Math.min(max, Math.max(min, limit));
    answered = 0;
    failed = 0;
  }

  function tryOut(from: number, factor: number, rate: number): number {
    trial = { from, factor: from > min ? factor : more, rate };
    return from * trial.factor;
  }

  function judge(now: number): number {
    const rate = answered / (now - beganAt);
    const known = answered < 2 * enough ? 0 : rate;
    const wasCalm = isCalm;
    isCalm = failed < congestedShare * (answered + failed);
    if (isCalm) trial = undefined;
    // What came until now came in part before there was a fault: nothing to compare with.
    else if (wasCalm) return exact * fewer;
    if (trial === undefined) return isCalm || now < holdUntil ? exact : tryOut(exact, fewer, known);
    const { from, factor, rate: before } = trial;
    if (factor === fewer && rate < before * unchanged) return tryOut(from, more, before);
    if (factor === fewer) return tryOut(exact, fewer, Math.max(before, known));
    if (rate * unchanged > before) return tryOut(exact, more, rate);
    trial = undefined;
    holdUntil = now + holdMs;
    return from;
  }

  function count(answers: number, failures: number): void {
    const now = performance.now();
    if (now < beganAt) return;
    answered += answers;
    failed += failures;
    if (answered + failed < enough) return;
    const spanMs = Math.max(answered < 2 * enough ? patienceMs : windowMs, 2 * roundTripMs);
    // Refusals come faster than answers: to wait until the time is over would be to send many more in vain.
    if (now - beganAt >= spanMs || (isCalm && failed >= Math.max(enough, answered))) begin(judge(now), now);
  }

  return {
    get calls() {
      return Math.floor(exact);
    },
    succeeded(inFlight, latencyMs) {
      roundTripMs += (latencyMs - roundTripMs) / 16;
      // A limit that nobody comes near is not known to be too low.
      if (isCalm && 2 * inFlight >= exact) exact = Math.min(max, exact + 1 / exact);
      count(1, 0);
    },
    congested: () => count(0, 1),
  };
}
