import type { PatternName } from './failure-patterns.ts';

/**
 * The state of the upstream: healthy, or one of its failures. In a brown-out, half of the calls get a 503 immediately and the others a response after 0.5 to
 * 1.5 s. In an outage, calls get no response.
 */
export type Health = 'healthy' | 'brown-out' | 'outage' | PatternName;

/** The number of calls, and of concurrent calls, since the health was set. */
export type Counts = { calls: number; peakInFlight: number };

/** The paths with which the bench controls the upstream. */
export const control = { counts: '/__bench/counts', setHealth: '/__bench/health/' } as const;
