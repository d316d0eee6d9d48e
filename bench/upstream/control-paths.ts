/** The paths with which the bench controls the upstream. */
export const control = {
  /** Returns the number of calls of each route. */
  calls: '/__bench/calls',
  /** Followed by the latency of the next responses in ms. Resets the counts. */
  prepare: '/__bench/prepare/',
} as const;
