/**
 * How many calls may be sent to an upstream at the same time. The limit rises slowly while calls succeed (about one more
 * for each round trip), and is reduced when calls fail because the upstream has too much to do.
 *
 * A 503 does not say whether fewer calls would fail less: an upstream of which one half is down fails half of any number
 * of calls. So while calls fail, each change of the limit is a trial, judged at the end of a time window by how many
 * calls were answered per ms. These are the states and what the end of a window does to them and to the limit:
 *
 * | state        | the window                       | next state                    | limit                        |
 * |--------------|----------------------------------|-------------------------------|------------------------------|
 * | any          | fewer than 10 % of calls failed  | calm                          | unchanged                    |
 * | calm         | 10 % or more failed              | measuring                     | × 0.7                        |
 * | measuring    | a trial failed less than 10 s ago | measuring                    | unchanged                    |
 * | measuring    | otherwise                        | trying fewer (more at `min`)  | × 0.7 (÷ 0.7)                |
 * | trying fewer | about as many answers            | trying fewer (more at `min`)  | × 0.7 (÷ 0.7)                |
 * | trying fewer | fewer answers                    | trying more                   | ÷ 0.7 of that before the trial |
 * | trying more  | more answers                     | trying more                   | ÷ 0.7                        |
 * | trying more  | about as many answers            | measuring, for 10 s unchanged | that before the trial        |
 */
export type ConcurrencyLimit = {
  /** A whole number from `min` to `max`. */
  readonly calls: number;
  /** The mean latency of the latest successes in ms; 0 before the first. */
  readonly roundTripMs: number;
  /** A call succeeded. @param inFlight the number of concurrent calls, this one included */
  succeeded(inFlight: number, latencyMs: number): void;
  /** A call failed because the upstream has too much to do. */
  congested(): void;
};

/** The bounds of the limit and the times with which it is adapted. */
export type ConcurrencyLimitOptions = {
  initial: number;
  min: number;
  max: number;
  /** The length of a window in ms; it lasts at least two round trips. */
  windowMs?: number;
  /** The length of a window with fewer answers than twice `enough`, in ms, because their rate is not known before. */
  patienceMs?: number;
  /** The number of outcomes that a window needs to be judged. */
  enough?: number;
  /** How long the limit stays after trials that did not help, in ms. */
  holdMs?: number;
};

/** `from` is the limit and `rate` the answers per ms that the trial is compared with. */
type State =
  | { readonly name: 'calm' | 'measuring' }
  | { readonly name: 'trying fewer' | 'trying more'; readonly from: number; readonly rate: number };

type Transition = { readonly state: State; readonly limit: number };

/** What a window shows: `rate` in answers per ms, `knownRate` 0 where too few came. */
type Window = { readonly limit: number; readonly rate: number; readonly knownRate: number; readonly isHeld: boolean };

const reduction = 0.7;
/** A smaller part of the calls that fails is a fault and no congestion. */
const congestedShare = 0.1;
/** Half of the change that the rate of answers would show if it followed the limit. */
const unchangedShare = 0.85;

/** @returns the limit that {ConcurrencyLimit} describes, at `initial` */
export function createConcurrencyLimit(options: ConcurrencyLimitOptions): ConcurrencyLimit {
  const { initial, min, max, windowMs = 150, patienceMs = 1_000, enough = 20, holdMs = 10_000 } = options;
  let limit = Math.min(max, Math.max(min, initial));
  let state: State = { name: 'calm' };
  let heldUntil = 0;
  let windowStart = performance.now();
  let answered = 0;
  let failed = 0;
  let roundTripMs = 0;

  const tryMore = (from: number, rate: number): Transition => ({
    state: { name: 'trying more', from, rate },
    limit: from / reduction,
  });
  const tryFewer = (from: number, rate: number): Transition =>
    from > min ? { state: { name: 'trying fewer', from, rate }, limit: from * reduction } : tryMore(from, rate);

  function afterCongestedWindow({ limit, rate, knownRate, isHeld }: Window): Transition {
    switch (state.name) {
      case 'calm': // a part of the window was before the failures began, so there is nothing to compare with
        return { state: { name: 'measuring' }, limit: limit * reduction };
      case 'measuring':
        return isHeld ? { state, limit } : tryFewer(limit, knownRate);
      case 'trying fewer':
        return rate < state.rate * unchangedShare
          ? tryMore(state.from, state.rate)
          : tryFewer(limit, Math.max(state.rate, knownRate));
      case 'trying more':
        return rate * unchangedShare > state.rate
          ? tryMore(limit, rate)
          : { state: { name: 'measuring' }, limit: state.from };
    }
  }

  function endWindow(now: number): void {
    const rate = answered / (now - windowStart);
    const knownRate = answered < 2 * enough ? 0 : rate;
    const isCalm = failed < congestedShare * (answered + failed);
    const next: Transition = isCalm
      ? { state: { name: 'calm' }, limit }
      : afterCongestedWindow({ limit, rate, knownRate, isHeld: now < heldUntil });
    if (state.name === 'trying more' && next.state.name === 'measuring') heldUntil = now + holdMs;
    state = next.state;
    // What ends in the first round trip after a change was sent before it.
    windowStart = next.limit === limit ? now : now + roundTripMs;
    limit = Math.min(max, Math.max(min, next.limit));
    answered = 0;
    failed = 0;
  }

  function count(answers: number, failures: number): void {
    const now = performance.now();
    if (now < windowStart) return;
    answered += answers;
    failed += failures;
    if (answered + failed < enough) return;
    const lengthMs = Math.max(answered < 2 * enough ? patienceMs : windowMs, 2 * roundTripMs);
    // Rejections come faster than answers: until the window is over, many more calls would fail.
    const isFailingFast = state.name === 'calm' && failed >= Math.max(enough, answered);
    if (isFailingFast || now - windowStart >= lengthMs) endWindow(now);
  }

  return {
    get calls() {
      return Math.floor(limit);
    },
    get roundTripMs() {
      return roundTripMs;
    },
    succeeded(inFlight, latencyMs) {
      roundTripMs += (latencyMs - roundTripMs) / 16;
      // A limit of which less than half is used is not known to be too low.
      if (state.name === 'calm' && 2 * inFlight >= limit) limit = Math.min(max, limit + 1 / limit);
      count(1, 0);
    },
    congested: () => count(0, 1),
  };
}
