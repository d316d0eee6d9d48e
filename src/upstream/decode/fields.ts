import { idPattern } from '../../id.ts';
import { isJson } from '../../values/json.ts';
import { parseByteCount, parseCount, parseMeasure } from '../../values/number.ts';
import { parseCountryCode, parseEmailAddress, parseLanguageCode, parsePhoneNumber } from '../../values/text.ts';
import { parseDate, parseInstant, parseLocalTime, parseMonthDay } from '../../values/time.ts';
import { countrySpellings, genderSpellings } from '../wire/index.ts';
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

/** Decodes a whole number from 0 to the largest Int of GraphQL, such as a count or a number of seconds. */
export const count = numeric(parseCount);

/** Decodes a number from 0 that may have a fraction, such as an average or a rate. */
export const measure = numeric(parseMeasure);

/** Decodes a number of bytes, which is exact beyond 2^53, where `parseJson` returns a bigint. */
export const byteCount = numeric(parseByteCount);

/** Decodes a time, to RFC 3339 in UTC with milliseconds. */
export const instant = textual(parseInstant);

/** Decodes a local time. */
export const localTime = textual(parseLocalTime);

/** Decodes a calendar date, `YYYY-MM-DD`. */
export const date = textual(parseDate);

/** Decodes a day of a year, `MM-DD`. */
export const monthDay = textual(parseMonthDay);

/** Decodes a country. The upstream writes some codes in lower case, and may write others than ISO 3166 has. */
export const countryCode = textual((value) => {
  const code = value.toUpperCase();
  return parseCountryCode(countrySpellings.get(code) ?? code);
});

/** Decodes a language. Of a language tag such as `en-GB`, the first part is the language. */
export const languageCode = textual((value) => parseLanguageCode(value.replace(/[-_][A-Za-z0-9_-]+$/, '')));

/** Decodes an e-mail address. */
export const emailAddress = textual(parseEmailAddress);

/** Decodes a phone number. The upstream stores international prefix + number, with or without the plus sign. */
export const phoneNumber = textual((value) => parsePhoneNumber(value.startsWith('+') ? value : `+${value}`));

/** Decodes a gender: the REST API uses words, the mobile SDK initials. */
export const gender = textual((value) => genderSpellings.get(value.toLowerCase()));

/** Decodes an id that clients may send back. */
export const optionalId = textual((value) => (idPattern.test(value) ? value : undefined));

/** Returns the decoder of an enumeration, whose values may be written in any case. */
export function oneOf<T extends string>(values: readonly T[]): FieldDecoder<Optional<T>> {
  const byLowerCase = new Map(values.map((each) => [each.toLowerCase(), each]));
  return textual((value) => byLowerCase.get(value.toLowerCase()));
}

/** Decodes a JSON object without copying it: a copy would give the key `__proto__` a meaning. */
export const jsonObject: FieldDecoder<Optional<Readonly<Record<string, unknown>>>> = optional((value) =>
  typeof value === 'object' && !Array.isArray(value) && isJson(value)
    ? (value as Record<string, unknown>)
    : undecodable,
);

/** Returns a decoder that also accepts null and absent values. */
export function optional<T>(field: FieldDecoder<T>): FieldDecoder<Optional<T>> {
  return (value, holder, name) => (value == null ? (value as null | undefined) : field(value, holder, name));
}

/** Returns the decoder of a number. The upstream writes some as text, and an unset value as null or as an empty text. */
function numeric<T>(parse: (value: unknown) => T | undefined): FieldDecoder<Optional<T>> {
  return (value) => {
    if (value == null || value === '') return value === '' ? null : (value as null | undefined);
    return parse(value) ?? undecodable;
  };
}

/** Returns the decoder of a text with a format. The upstream writes an unset value as null or as an empty text. */
function textual<T>(convert: (value: string) => T | undefined): FieldDecoder<Optional<T>> {
  return (value) => {
    if (value === '') return null;
    if (typeof value === 'string') return convert(value) ?? undecodable;
    return value == null ? (value as null | undefined) : undecodable;
  };
}
