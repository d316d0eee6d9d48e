const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const month = `(?<month>${months.join('|')})`;
const weekday = '(?:mon|tue|wed|thu|fri|sat|sun)';
const longWeekday = '(?:mon|tues|wednes|thurs|fri|satur|sun)day';
const time = '(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)';

/** The three formats that a recipient must accept (RFC 9110, 5.6.7). All are in UTC, also the last, which does not say so. */
const formats = [
  `${weekday}, (?<day>\\d\\d) ${month} (?<year>\\d{4}) ${time} GMT`, // IMF-fixdate
  `${longWeekday}, (?<day>\\d\\d)-${month}-(?<year>\\d\\d) ${time} GMT`, // RFC 850
  `${weekday} ${month} (?<day>[ \\d]\\d) ${time} (?<year>\\d{4})`, // asctime
].map((format) => new RegExp(`^${format}$`, 'i'));

/**
 * Reads a date of HTTP. `Date.parse` also reads what is not a date of HTTP, and asctime in the time zone of the process.
 *
 * @returns ms since 1970, or undefined for anything else, also for a day that does not exist
 */
export function parseHttpDate(text: string, now = Date.now()): number | undefined {
  const fields = formats.map((format) => format.exec(text)?.groups).find((groups) => groups !== undefined);
  if (fields === undefined) return undefined;
  const number = (name: string) => Number(fields[name]);
  const monthIndex = months.indexOf(fields['month']?.toLowerCase() ?? '');
  const year = fields['year']?.length === 2 ? fullYear(number('year'), now) : number('year');
  const day = number('day');
  const ms = Date.UTC(year, monthIndex, day, number('hour'), number('minute'), number('second'));
  return new Date(Date.UTC(year, monthIndex, day)).getUTCDate() === day ? ms : undefined;
}

/** A year that seems to be more than 50 years ahead is the last one in the past with the same two digits (RFC 9110). */
function fullYear(twoDigits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + twoDigits;
  return year > thisYear + 50 ? year - 100 : year;
}
