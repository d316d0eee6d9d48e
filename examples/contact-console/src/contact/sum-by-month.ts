/** The traffic of a calendar month in UTC. */
export type Month = { month: Date; toDevice: number; fromDevice: number };

type Session = {
  readonly startedAt: string | null | undefined;
  readonly bytesToDevice: string | null | undefined;
  readonly bytesFromDevice: string | null | undefined;
};

const MONTHS = 12;

/**
 * Adds up sessions by the month in which they started: the twelve months up to that of the last session, also those
 * without any. Byte counts are texts because they may exceed 2^53; for a chart their nearest numbers will do.
 */
export function sumByMonth(sessions: readonly Session[]): Month[] {
  const last = Math.max(...sessions.map(({ startedAt }) => indexOf(startedAt)));
  const first = last - MONTHS + 1;
  const months = Array.from({ length: MONTHS }, (_, offset) => ({
    month: new Date(Date.UTC(0, first + offset)),
    toDevice: 0,
    fromDevice: 0,
  }));
  for (const { startedAt, bytesToDevice, bytesFromDevice } of sessions) {
    const month = months[indexOf(startedAt) - first];
    if (month === undefined) continue;
    month.toDevice += Number(bytesToDevice ?? 0);
    month.fromDevice += Number(bytesFromDevice ?? 0);
  }
  return months;
}

/** The number of a month since the year 1900, as `Date.UTC(0, month)` counts; a session without start is in none. */
function indexOf(instant: string | null | undefined): number {
  if (!instant) return Number.NEGATIVE_INFINITY;
  const date = new Date(instant);
  return (date.getUTCFullYear() - 1900) * 12 + date.getUTCMonth();
}
