import { idPattern } from '../../id.ts';
import { genderSpellings } from '../wire/index.ts';

/** Stands for a value that is not in the contract. */
export const undecodable = Symbol('undecodable');

/** Told about each value that could not be decoded, by its path without array indexes, like `events.when.createdAt`. */
export type DecodeReporter = { onUndecodable(path: string): void };

/**
 * Reads one value of the wire and normalizes it, once and here. A value made of others tells `holder`, where it is
 * known by `name`, which of them are not in the contract.
 */
export type FieldDecoder<T> = (value: unknown, holder: DecodeReporter, nonEmptyText: string) => T | typeof undecodable;

/** What a field gives. */
export type Decoded<F> = F extends FieldDecoder<infer T> ? T : never;

/**
 * Absent stays `undefined` and null stays `null`: for a contact from a list the difference tells whether its profile
 * may know more.
 */
export type Optional<T> = T | null | undefined;

/** An id that may become part of a path. */
export const id: FieldDecoder<string> = (value) =>
  typeof value === 'string' && idPattern.test(value) ? value : undecodable;

/** Text that must be there, if only an empty one. */
export const anyText: FieldDecoder<string> = (value) => (typeof value === 'string' ? value : undecodable);

/** Text that must be there, and say something. */
export const nonEmptyText: FieldDecoder<string> = (value) =>
  typeof value === 'string' && value !== '' ? value : undecodable;

export const text = textual((value) => value);

export const flag = optional((value) => (typeof value === 'boolean' ? value : undecodable));

/** A whole number that fits GraphQL's Int; some arrive as text (`age` does). */
export const integer: FieldDecoder<Optional<number>> = optional((value) => {
  if (value === '') return null;
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && (number | 0) === number ? number : undecodable;
});

/** A number that JSON has a word for: `1e999` is read as infinite. */
export const decimal = optional((value) => (typeof value === 'number' && Number.isFinite(value) ? value : undecodable));

/** A count of bytes: exact beyond 2^53, where `parseJson` makes it a bigint. */
export const byteCount = optional((value) => {
  if (typeof value === 'bigint') return value >= 0n ? value : undecodable;
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undecodable;
});

/** Days that exist in every year. */
const day = /(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31/.source;
const plainDate = new RegExp(`^\\d{4}-(?:${day})$`);
/** To the second or the millisecond. */
const plainInstant = new RegExp(`^\\d{4}-(?:${day})T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{3})?Z$`);
const secondsLength = 'YYYY-MM-DDTHH:MM:SSZ'.length;

/**
 * An instant as RFC 3339 in UTC with milliseconds, so that its text sorts as its time does. Nearly all are that already,
 * and a `Date` would take twenty times as long to say so.
 */
export const instant = textual((value) => {
  if (plainInstant.test(value)) return value.length === secondsLength ? `${value.slice(0, -1)}.000Z` : value;
  const time = /^\d{4}-\d{2}-\d{2}[T ]\d/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
});

/** A wall clock time; the upstream writes it with a `Z` that does not mean UTC. */
export const localTime = textual((value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(value)?.[0]);

/** A calendar date, `YYYY-MM-DD`, that exists. */
export const date = textual((value) => {
  if (plainDate.test(value)) return value;
  const time = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(value) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value) ? value : undefined;
});

/** ISO 3166-1 alpha-2 in upper case; the documentation shows both `gb` and `IT`. */
export const countryCode = textual((value) => (/^[a-z]{2}$/i.test(value) ? value.toUpperCase() : undefined));

/** ISO 639-1 in lower case. */
export const languageCode = textual((value) => (/^[a-z]{2}$/i.test(value) ? value.toLowerCase() : undefined));

export const emailAddress = textual((value) => (/^[^\s@]+@[^\s@]+$/.test(value) ? value : undefined));

/** E.164. The upstream stores international prefix + number, with or without the plus sign. */
export const phoneNumber = textual((value) => {
  if (!/^\+?[1-9]\d{5,14}$/.test(value)) return undefined;
  return value.startsWith('+') ? value : `+${value}`;
});

/** `male` and `M` alike: the REST API spells genders out, the mobile SDK uses their initials. */
export const gender = textual((value) => genderSpellings.get(value.toLowerCase()));

/** One of the values that the contract lists. */
export function oneOf<T extends string>(values: readonly T[]): FieldDecoder<Optional<T>> {
  return textual((value) => values.find((known) => known === value));
}

/** Some texts, of which none is missing. */
export const texts: FieldDecoder<Optional<readonly string[]>> = optional((value) =>
  Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undecodable,
);

/** A JSON object as it came: copying it would run into `__proto__` as a key. */
export const jsonObject: FieldDecoder<Optional<Readonly<Record<string, unknown>>>> = optional((value) =>
  typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : undecodable,
);

/** What may be absent, or null. */
export function optional<T>(field: FieldDecoder<T>): FieldDecoder<Optional<T>> {
  return (value, holder, name) => (value == null ? (value as null | undefined) : field(value, holder, name));
}

/** Text that `convert` understands; the upstream writes what is unset both as null and as an empty string. */
function textual<T>(convert: (value: string) => T | undefined): FieldDecoder<Optional<T>> {
  return (value) => {
    if (value === '') return null;
    if (typeof value === 'string') return convert(value) ?? undecodable;
    return value == null ? (value as null | undefined) : undecodable;
  };
}
