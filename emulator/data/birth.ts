import { dataEnd, day, toSeconds } from './time.ts';

/** A date of birth as the upstream knows it: the date, its anniversary, and the age in text. */
export type Birth = { birthDate: string | null; birthDay: string | null; age: string | null };

const unknown: Birth = { birthDate: null, birthDay: null, age: null };

/** All that follows from a date of birth, `YYYY-MM-DD`; nothing from none. */
export function toBirth(birthDate: string | null | undefined, now = dataEnd): Birth {
  if (birthDate == null) return unknown;
  const age = Math.floor((now - toSeconds(birthDate, now)) / (365.2425 * day));
  return { birthDate, birthDay: birthDate.slice(5), age: String(age) };
}
