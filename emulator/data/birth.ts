import { dataEnd, day, toSeconds } from './time.ts';

/** The date of birth in the three fields of the upstream: the date, month and day, and the age as text. */
export type Birth = { birthDate: string | null; birthDay: string | null; age: string | null };

const unknown: Birth = { birthDate: null, birthDay: null, age: null };

/**
 * Derives the three fields from a date of birth.
 *
 * @param birthDate `YYYY-MM-DD`; without one all fields are null
 * @param now seconds since 1970
 */
export function toBirth(birthDate: string | null | undefined, now = dataEnd): Birth {
  if (birthDate == null) return unknown;
  const age = Math.floor((now - toSeconds(birthDate, now)) / (365.2425 * day));
  return { birthDate, birthDay: birthDate.slice(5), age: String(age) };
}
