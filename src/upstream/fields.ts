import { z } from 'zod';
import { idPattern } from '../id.ts';
import { genderSpellings } from './wire.ts';

/**
 * The field types of the wire, normalized once, here. Absent stays `undefined` and null stays `null`: for a contact
 * from a list the difference tells whether its profile may know more.
 */

/** An id that may become part of a path; a row without one is no row. */
export const id = z.string().regex(idPattern);

export const text = textual((value) => value);

export const flag = z.boolean().nullish();

/** A whole number that fits GraphQL's Int; some arrive as text (`age` does). */
export const integer = z
  .union([z.int32(), textual((value) => match(value, /^\d{1,9}$/, ([digits]) => Number(digits)))])
  .nullish();

export const decimal = z.number().nullish();

/** A count of bytes: exact beyond 2^53, where `parseJson` makes it a bigint. */
export const byteCount = z.union([z.int().nonnegative(), z.bigint().nonnegative()]).nullish();

/** An instant as RFC 3339 in UTC with milliseconds, so that its text sorts as its time does. */
export const instant = textual((value) => {
  const time = /^\d{4}-\d{2}-\d{2}[T ]\d/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
});

/** A wall clock time; the upstream writes it with a `Z` that does not mean UTC. */
export const localTime = textual((value) => match(value, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/, ([time]) => time));

/** A calendar date, `YYYY-MM-DD`, that exists. */
export const date = textual((value) => (z.iso.date().safeParse(value).success ? value : undefined));

/** ISO 3166-1 alpha-2 in upper case; the documentation shows both `gb` and `IT`. */
export const countryCode = textual((value) => match(value, /^[a-z]{2}$/i, ([code]) => code?.toUpperCase()));

/** ISO 639-1 in lower case. */
export const languageCode = textual((value) => match(value, /^[a-z]{2}$/i, ([code]) => code?.toLowerCase()));

export const emailAddress = textual((value) => match(value, /^[^\s@]+@[^\s@]+$/, ([address]) => address));

/** E.164. The upstream stores international prefix + number, with or without the plus sign. */
export const phoneNumber = textual((value) => match(value, /^\+?([1-9]\d{5,14})$/, ([, digits]) => `+${digits}`));

/** `male` and `M` alike: the REST API spells genders out, the mobile SDK uses their initials. */
export const gender = textual((value) => genderSpellings.get(value.toLowerCase()));

/** One of the values that the contract lists. */
export function oneOf<T extends string>(values: readonly T[]) {
  return textual((value) => values.find((known) => known === value));
}

/** A JSON object as it came: copying it would run into `__proto__` as a key. */
export const jsonObject = z
  .custom<Record<string, unknown>>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))
  .nullish();

/** Text that `convert` understands; the upstream writes what is unset both as null and as an empty string. */
function textual<T>(convert: (value: string) => T | undefined) {
  return z
    .string()
    .transform((value, context): T | null => {
      if (value === '') return null;
      const converted = convert(value);
      if (converted !== undefined) return converted;
      context.addIssue({ code: 'custom', message: 'not in the contract' });
      return z.NEVER;
    })
    .nullish();
}

function match<T>(value: string, pattern: RegExp, convert: (found: RegExpExecArray) => T): T | undefined {
  const found = pattern.exec(value);
  return found === null ? undefined : convert(found);
}
