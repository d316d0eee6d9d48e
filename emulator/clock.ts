/** The upstream's idea of the time, which need not be ours. */
export type Clock = {
  /** Milliseconds since 1970. */
  now(): number;
  /** Puts the clock ahead of ours, or behind. */
  skew(seconds: number): void;
};

export function createClock(): Clock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    skew(seconds) {
      ahead = seconds * 1000;
    },
  };
}
