/**
 * Times and dates: the only place that decides which texts are one, for the upstream's values and for input.
 *
 * - A time has a date, a time of day and an offset. A time of the upstream without an offset is in UTC [assumed], never in
 *   the time zone of the process; input without one is refused. The offset of a local time has no meaning and is dropped.
 * - Days, hours and seconds must exist: 31 February, 24:00, 25:61 and leap seconds (`:60`) are no times.
 * - A date is no time and a time is no date: neither is completed nor shortened to the other. A number is neither, because
 *   it could be seconds or milliseconds.
 * - Digits after the millisecond are dropped, so that a time never becomes a later one.
 */

/** Days that exist in every year. */
const day = /(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31/.source;
const time = /(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d/.source;
const commonDate = new RegExp(`^\\d{4}-(?:${day})$`);
const commonMonthDay = new RegExp(`^(?:${day})$`);
const commonInstant = new RegExp(`^\\d{4}-(?:${day})T${time}(?:\\.\\d{3})?Z$`);
const secondsLength = 'YYYY-MM-DDTHH:MM:SSZ'.length;

/** Date, time of day, fraction, and of an offset other than UTC the sign, hours and minutes. */
const anyTime = new RegExp(
  `^(\\d{4}-\\d\\d-\\d\\d)[Tt ](${time})(?:[.,](\\d+))?(?:(?: ?(?:[Zz]|UTC|GMT))|(?: ?([+-])([01]\\d|2[0-3])(?::?([0-5]\\d))?))?$`,
);

/** The `date-time` of RFC 3339. */
const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;
const localTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/;

/**
 * Parses a time of the upstream to RFC 3339 in UTC with milliseconds, so that the order of the texts is the order of the
 * times. Nearly all values have this form already, and testing that with a `Date` takes twenty times as long.
 *
 * @returns undefined for a text that is no time, or one outside of the years 0000 to 9999 in UTC
 */
export function parseInstant(text: string): string | undefined {
  if (commonInstant.test(text)) return text.length === secondsLength ? `${text.slice(0, -1)}.000Z` : text;
  const [, date, clock, fraction = '', sign, hours, minutes = '0'] = anyTime.exec(text) ?? [];
  if (date === undefined || !isDate(date)) return undefined;
  const wallClock = Date.parse(`${date}T${clock}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  const offset = sign === undefined ? 0 : 60_000 * (60 * Number(hours) + Number(minutes));
  const instant = new Date(sign === '-' ? wallClock + offset : wallClock - offset).toISOString();
  return commonInstantLength === instant.length ? instant : undefined;
}

/** The texts of years before 0000 and after 9999 are longer. */
const commonInstantLength = 'YYYY-MM-DDTHH:MM:SS.sssZ'.length;

/** Parses a time of an input, which must be as in RFC 3339, to the form of `parseInstant`. @returns undefined for any other text */
export function parseInstantInput(text: string): string | undefined {
  return rfc3339.test(text) ? parseInstant(text) : undefined;
}

/**
 * Parses a local time to `YYYY-MM-DDTHH:MM:SS`. It is never converted: the upstream writes it with a `Z`, which does not
 * mean UTC here.
 */
export function parseLocalTime(text: string): string | undefined {
  const [, date, clock] = anyTime.exec(text) ?? [];
  return date !== undefined && isDate(date) ? `${date}T${clock}` : undefined;
}

/** Parses a local time of an input, which has no fraction and no offset. */
export function parseLocalTimeInput(text: string): string | undefined {
  return localTime.test(text) ? parseLocalTime(text) : undefined;
}

/** Parses a calendar date, `YYYY-MM-DD`. */
export function parseDate(text: string): string | undefined {
  return isDate(text) ? text : undefined;
}

/** Parses a day of a year, `MM-DD`; ISO 8601 writes two hyphens before it. */
export function parseMonthDay(text: string): string | undefined {
  const monthDay = text.startsWith('--') ? text.slice(2) : text;
  return commonMonthDay.test(monthDay) || monthDay === leapDay ? monthDay : undefined;
}

const leapDay = '02-29';

function isDate(text: string): boolean {
  return commonDate.test(text) || (/^\d{4}-02-29$/.test(text) && isLeapYear(Number(text.slice(0, 4))));
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
