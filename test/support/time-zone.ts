/** Time zones on both sides of UTC, of which one is not a whole number of hours away. */
export const timeZones = ['UTC', 'Asia/Kolkata', 'America/New_York'];

/** Runs the process in another time zone. @returns a function that sets the one from before again */
export function setTimeZone(timeZone: string): () => void {
  const before = process.env['TZ'];
  process.env['TZ'] = timeZone;
  if (new Date(0).getTimezoneOffset() !== offsets[timeZone]) throw new Error('The time zone did not change.');
  return () => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  };
}

/** Minutes from local time to UTC on the first day of 1970. */
const offsets: Record<string, number> = { UTC: 0, 'Asia/Kolkata': -330, 'America/New_York': 300 };
