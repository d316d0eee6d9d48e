const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const dayAndTime = new Intl.DateTimeFormat('en-GB', {
  ...{ day: 'numeric', month: 'short', year: 'numeric' },
  ...{ hour: '2-digit', minute: '2-digit' },
});
const whole = new Intl.NumberFormat('en');
const decimal = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const countries = new Intl.DisplayNames('en', { type: 'region' });
const languages = new Intl.DisplayNames('en', { type: 'language' });

/** The text for a value that is absent. */
export const ABSENT = '–';

type Optional<T> = T | null | undefined;

/** Formats an instant as a day, in the time zone of the reader. */
export function formatDay(instant: Optional<string>): string {
  return instant ? day.format(new Date(instant)) : ABSENT;
}

/** Formats an instant as a day with the time, in the time zone of the reader. */
export function formatTime(instant: Optional<string>): string {
  return instant ? dayAndTime.format(new Date(instant)) : ABSENT;
}

/** Formats a number with separators. */
export function formatCount(count: Optional<number>): string {
  return count == null ? ABSENT : whole.format(count);
}

/** Formats a number of bytes. */
export function formatBytes(bytes: number): string {
  const unit = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return `${decimal.format(bytes / 1000 ** unit)} ${units[unit]}`;
}
const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** Formats a duration in hours and minutes. */
export function formatDuration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Returns the English name of a country. */
export function countryName(code: Optional<string>): string {
  return code ? (countries.of(code) ?? code) : ABSENT;
}

/** Returns the English name of a language. */
export function languageName(code: Optional<string>): string {
  return code ? (languages.of(code) ?? code) : ABSENT;
}

/** Writes an enum value as words: `NOT_KNOWN` as `Not known`. */
export function words(value: Optional<string>): string {
  if (!value) return ABSENT;
  const text = value.replaceAll('_', ' ').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Returns the name of a person, or else the e-mail address. */
export function personName(person: {
  readonly firstName?: Optional<string>;
  readonly lastName?: Optional<string>;
  readonly email?: Optional<string>;
}): string {
  return [person.firstName, person.lastName].filter(Boolean).join(' ') || person.email || 'Unnamed';
}
