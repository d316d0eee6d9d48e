/** In a brown-out half of the calls get a 503 at once, the others their answer after 0.5 to 1.5 s. The dead answer nothing. */
export type Health = 'healthy' | 'brown-out' | 'dead';

/** Calls, and how many of them were under way at the same time, since the health was set. */
export type Counts = { calls: number; peakInFlight: number };

/** What the bench asks of it, besides what gateways do. */
export const control = { counts: '/__bench/counts', become: '/__bench/become/' } as const;
