/** The clock of the emulated upstream, which can differ from the clock of the machine. */
export type Clock = {
  /** Milliseconds since 1970. */
  now(): number;
  /** Sets how far the clock is ahead of the machine's clock; negative values put it behind. */
  skew(seconds: number): void;
};

/** Creates a clock without skew. */
export function createClock(): Clock {
  let skewMs = 0;
  return {
    now: () => Date.now() + skewMs,
    skew(seconds) {
      skewMs = seconds * 1000;
    },
  };
}
