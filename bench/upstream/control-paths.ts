/** What the bench asks its upstream for, besides what gateways do. */
export const control = {
  /** How many calls of each route there were. */
  calls: '/__bench/calls',
  /** Followed by a latency in ms that every answer has from now on; counts anew. */
  prepare: '/__bench/prepare/',
} as const;
