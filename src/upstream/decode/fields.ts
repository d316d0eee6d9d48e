import { idPattern } from '../../id.ts';
import { genderSpellings } from '../wire/index.ts';
import type { ValueKind } from './value-kind.ts';

/** The result of a decoder for a value that does not fit the contract. */
export const undecodable = Symbol('undecodable');

/**
 * Receives the path of each value that could not be decoded, without array indexes, like `events.when.createdAt`, and what
 * the value is.
 */
export type DecodeReporter = { onUndecodable(path: string, kind: ValueKind): void };

/**
 * Decodes one value of the wire into its normal form. A decoder of an object or array reports the values in it that do not fit
 * to `holder`, under `name`, which is the value's own name in its holder.
 */
export type FieldDecoder<T> = (value: unknown, holder: DecodeReporter, name: string) => T | typeof undecodable;

/** The type of the values that a decoder returns. */
export type Decoded<F> = F extends FieldDecoder<infer T> ? T : never;

/**
 * An absent value is `undefined` and a null is `null`: for a contact of a list, an absent value means that its profile may have
 * it.
 */
export type Optional<T> = T | null | undefined;

/** Decodes an id that may become part of a URL path. */
export const id: FieldDecoder<string> = (value) =>
  typeof value === 'string' && idPattern.test(value) ? value : undecodable;

/** Decodes a required text, which may be empty. */
export const anyText: FieldDecoder<string> = (value) => (typeof value === 'string' ? value : undecodable);

/** Decodes a required text that is not empty. */
export const nonEmptyText: FieldDecoder<string> = (value) =>
  typeof value === 'string' && value !== '' ? value : undecodable;

/** Decodes a text; an empty one is null. */
export const text = textual((value) => value);

/** Decodes a boolean. */
export const flag = optional((value) => (typeof value === 'boolean' ? value : undecodable));

/** Decodes an integer within GraphQL's Int; the upstream sends some as text (`age`). */
export const integer: FieldDecoder<Optional<number>> = optional((value) => {
  if (value === '') return null;
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && (number | 0) === number ? number : undecodable;
});

/** Decodes a finite number; `JSON.parse` reads `1e999` as infinity. */
export const decimal = optional((value) => (typeof value === 'number' && Number.isFinite(value) ? value : undecodable));

/** Decodes a number of bytes, which is exact beyond 2^53, where `parseJson` returns a bigint. */
export const byteCount = optional((value) => {
  if (typeof value === 'bigint') return value >= 0n ? value : undecodable;
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undecodable;
});

/** Days that exist in every year. */
const day = /(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31/.source;
const plainDate = new RegExp(`^\\d{4}-(?:${day})$`);
/** An RFC 3339 instant in UTC, to the second or the millisecond. */
const plainInstant = new RegExp(`^\\d{4}-(?:${day})T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{3})?Z$`);
const secondsLength = 'YYYY-MM-DDTHH:MM:SSZ'.length;

/**
 * Decodes an instant as RFC 3339 in UTC with milliseconds, so that the order of the texts is the order of the times. Nearly all
 * values have this form already, and testing that with a `Date` takes twenty times as long as with the pattern.
 */
export const instant = textual((value) => {
  if (plainInstant.test(value)) return value.length === secondsLength ? `${value.slice(0, -1)}.000Z` : value;
  const time = /^\d{4}-\d{2}-\d{2}[T ]\d/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
});

/** Decodes a local time. The upstream writes it with a `Z`, which does not mean UTC here. */
export const localTime = textual((value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(value)?.[0]);

/** Decodes a calendar date that exists, `YYYY-MM-DD`. */
export const date = textual((value) => {
  if (plainDate.test(value)) return value;
  const time = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(value) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value) ? value : undefined;
});

/** Decodes an ISO 3166-1 alpha-2 code, in upper case; the documentation shows both `gb` and `IT`. */
export const countryCode = textual((value) => (/^[a-z]{2}$/i.test(value) ? value.toUpperCase() : undefined));

/** Decodes an ISO 639-1 code, in lower case. */
export const languageCode = textual((value) => (/^[a-z]{2}$/i.test(value) ? value.toLowerCase() : undefined));

/** Decodes an e-mail address. */
export const emailAddress = textual((value) => (/^[^\s@]+@[^\s@]+$/.test(value) ? value : undefined));

/** Decodes a phone number, in E.164. The upstream stores international prefix + number, with or without the plus sign. */
export const phoneNumber = textual((value) => {
  if (!/^\+?[1-9]\d{5,14}$/.test(value)) return undefined;
  return value.startsWith('+') ? value : `+${value}`;
});

/** Decodes a gender: the REST API uses words, the mobile SDK initials. */
export const gender = textual((value) => genderSpellings.get(value.toLowerCase()));

/** Returns the decoder of an enumeration. */
export function oneOf<T extends string>(values: readonly T[]): FieldDecoder<Optional<T>> {
  return textual((value) => values.find((each) => each === value));
}

/** Decodes a JSON object without copying it: a copy would give the key `__proto__` a meaning. */
export const jsonObject: FieldDecoder<Optional<Readonly<Record<string, unknown>>>> = optional((value) =>
  typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : undecodable,
);

/** Returns a decoder that also accepts null and absent values. */
export function optional<T>(field: FieldDecoder<T>): FieldDecoder<Optional<T>> {
  return (value, holder, name) => (value == null ? (value as null | undefined) : field(value, holder, name));
}

/** Returns the decoder of a text with a format. The upstream writes an unset value as null or as an empty text. */
function textual<T>(convert: (value: string) => T | undefined): FieldDecoder<Optional<T>> {
  return (value) => {
    if (value === '') return null;
    if (typeof value === 'string') return convert(value) ?? undecodable;
    return value == null ? (value as null | undefined) : undecodable;
  };
}
