/** All generated data ends here, whatever the real date is: the same seed gives the same dates for ever. */
export const dataEnd = Date.UTC(2026, 5, 30) / 1000;

export const hour = 3600;
export const day = 24 * hour;

/** Seconds since 1970 as the upstream writes an instant: to the second, never finer. */
export function toInstant(seconds: number): string {
  const whole = Math.floor(seconds);
  const days = Math.floor(whole / day);
  return `${dateOf(days)}T${clockOf(whole - days * day)}Z`;
}

/** The date `days` after the first of January 1970. Remembered, because a Date for every row is slow. */
export function dateOf(days: number): string {
  const known = dates.get(days) ?? new Date(days * day * 1000).toISOString().slice(0, 10);
  dates.set(days, known);
  return known;
}

const dates = new Map<number, string>();

function clockOf(seconds: number): string {
  return `${digits[Math.floor(seconds / hour)]}:${digits[Math.floor(seconds / 60) % 60]}:${digits[seconds % 60]}`;
}

const digits = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

/** Seconds since 1970 of an instant; `fallback` for what is none. */
export function toSeconds(instant: unknown, fallback: number): number {
  const time = typeof instant === 'string' ? Date.parse(instant) : Number.NaN;
  return Number.isNaN(time) ? fallback : Math.floor(time / 1000);
}

/** The wall clock time at a venue, which the upstream writes with a `Z` all the same [doc]. */
export function toLocalInstant(seconds: number, timezone: string): string {
  return toInstant(seconds + utcOffset(seconds, timezone));
}

const offsets = new Map<string, Map<number, number>>();

/** Remembered by the hour, because a clock only ever changes on one, and asking Intl is slow. */
function utcOffset(seconds: number, timezone: string): number {
  const hours = Math.floor(seconds / hour);
  const known = offsets.get(timezone) ?? new Map<number, number>();
  offsets.set(timezone, known);
  const offset = known.get(hours) ?? askIntl(hours * hour, timezone);
  known.set(hours, offset);
  return offset;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function askIntl(seconds: number, timezone: string): number {
  const format = formats.get(timezone) ?? formatOf(timezone);
  formats.set(timezone, format);
  return Date.parse(`${format.format(seconds * 1000).replace(' ', 'T')}Z`) / 1000 - seconds;
}

/** Swedish writes dates as ISO 8601 does. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
}
