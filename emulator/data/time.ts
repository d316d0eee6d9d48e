/** The latest time of generated data in seconds since 1970. It is fixed, so that a seed always gives the same dates. */
export const dataEnd = Date.UTC(2026, 5, 30) / 1000;

/** Seconds of an hour. */
export const hour = 3600;
/** Seconds of a day. */
export const day = 24 * hour;

/** Formats seconds since 1970 as the upstream does, without fractions. */
export function toInstant(seconds: number): string {
  const whole = Math.floor(seconds);
  const days = Math.floor(whole / day);
  return `${dateOf(days)}T${clockOf(whole - days * day)}Z`;
}

/** Returns the date `days` after 1970-01-01. Dates are cached, because a Date object per row is slow. */
export function dateOf(days: number): string {
  const cached = dates.get(days) ?? new Date(days * day * 1000).toISOString().slice(0, 10);
  dates.set(days, cached);
  return cached;
}

const dates = new Map<number, string>();

function clockOf(seconds: number): string {
  return `${digits[Math.floor(seconds / hour)]}:${digits[Math.floor(seconds / 60) % 60]}:${digits[seconds % 60]}`;
}

const digits = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

/** Parses an instant to seconds since 1970. Returns `fallback` for an invalid one. */
export function toSeconds(instant: unknown, fallback: number): number {
  const time = typeof instant === 'string' ? Date.parse(instant) : Number.NaN;
  return Number.isNaN(time) ? fallback : Math.floor(time / 1000);
}

/** Formats the local time of a venue. The upstream writes it with a `Z`, although it is not UTC [doc]. */
export function toLocalInstant(seconds: number, timezone: string): string {
  return toInstant(seconds + utcOffset(seconds, timezone));
}

const offsets = new Map<string, Map<number, number>>();

/** Offsets are cached per hour, because they change only at full hours, and Intl is slow. */
function utcOffset(seconds: number, timezone: string): number {
  const hours = Math.floor(seconds / hour);
  const cached = offsets.get(timezone) ?? new Map<number, number>();
  offsets.set(timezone, cached);
  const offset = cached.get(hours) ?? computeUtcOffset(hours * hour, timezone);
  cached.set(hours, offset);
  return offset;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function computeUtcOffset(seconds: number, timezone: string): number {
  const format = formats.get(timezone) ?? formatOf(timezone);
  formats.set(timezone, format);
  return Date.parse(`${format.format(seconds * 1000).replace(' ', 'T')}Z`) / 1000 - seconds;
}

/** The Swedish locale formats dates as in ISO 8601. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
}
