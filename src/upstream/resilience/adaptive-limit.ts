/**
 * How many calls may be under way: one more for every round of successes, a third less at the first sign that they
 * are too many (AIMD). Knows no time: a round lasts from one lowering to the next.
 */
export type AimdLimit = {
  /** A whole number, from the least to the most. */
  readonly calls: number;
  /** Whoever starts a call keeps it, for `lower`. */
  readonly round: number;
  /** After a success, of which there are about `calls` in a round trip. `inFlight` counts the call itself. */
  raise(inFlight: number): void;
  /**
   * After a call that was begun in `round` met with congestion. Of the calls that were under way together, the first
   * lowers it: the others tell the same news, from before that had an effect.
   */
  lower(round: number): void;
};

export type AimdLimitOptions = { initial: number; min: number; max: number };

const decrease = 0.7;

export function createAimdLimit({ initial, min, max }: AimdLimitOptions): AimdLimit {
  let exact = Math.min(max, Math.max(min, initial));
  let calls = Math.floor(exact);
  let round = 0;

  function set(limit: number): void {
    exact = Math.min(max, Math.max(min, limit));
    calls = Math.floor(exact);
  }

  return {
    get calls() {
      return calls;
    },
    get round() {
      return round;
    },
    raise(inFlight) {
      // A limit that nobody comes near is not known to be too low.
      if (2 * inFlight >= calls) set(exact + 1 / exact);
    },
    lower(begunIn) {
      if (begunIn !== round) return;
      round += 1;
      set(exact * decrease);
    },
  };
}
