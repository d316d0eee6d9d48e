import { idPattern } from '../../id.ts';
import { isJson } from '../../values/json.ts';
import { parseByteCount, parseCount, parseMeasure } from '../../values/number.ts';
import { parseCountryCode, parseEmailAddress, parseLanguageCode, parsePhoneNumber } from '../../values/text.ts';
import { parseDate, parseInstant, parseLocalTime, parseMonthDay } from '../../values/time.ts';
import { countrySpellings, genderSpellings } from '../wire/index.ts';
import { type DecodeReporter, type FieldDecoder, type Shape, undecodable, withShape } from './decoder.ts';

export { type DecodeReporter, type FieldDecoder, undecodable };

/** The type of the values that a decoder returns. */
export type Decoded<F> = F extends FieldDecoder<infer T> ? T : never;

/**
 * An absent value is `undefined` and a null is `null`: for a contact of a list, an absent value means that its profile may have
 * it.
 */
export type Optional<T> = T | null | undefined;

/** Decodes an id that may become part of a URL path. */
export const id = withShape<FieldDecoder<string>>(
  (value) => (typeof value === 'string' && idPattern.test(value) ? value : undecodable),
  valueShape('string', 'id'),
);

/** Decodes a required text, which may be empty. */
export const anyText = withShape<FieldDecoder<string>>(
  (value) => (typeof value === 'string' ? value : undecodable),
  valueShape('string', 'text'),
);

/** Decodes a required text that is not empty. */
export const nonEmptyText = withShape<FieldDecoder<string>>(
  (value) => (typeof value === 'string' && value !== '' ? value : undecodable),
  valueShape('string', 'text'),
);

/** Decodes a text; an empty one is null. */
export const text = textual((value) => value, 'text');

/** Decodes a boolean. */
export const flag = withShape(
  optional((value) => (typeof value === 'boolean' ? value : undecodable)),
  { kind: 'value', json: 'boolean', format: 'boolean' },
);

/** Decodes a whole number from 0 to the largest Int of GraphQL, such as a count or a number of seconds. */
export const count = numeric(parseCount, 'whole number');

/** Decodes a `count` that the upstream writes as text. */
export const countInText = withShape(numeric(parseCount, ''), valueShape('string', 'whole number'));

/** Decodes a number from 0 that may have a fraction, such as an average or a rate. */
export const measure = numeric(parseMeasure, 'number');

/** Decodes a number of bytes, which is exact beyond 2^53, where `parseJson` returns a bigint. */
export const byteCount = numeric(parseByteCount, 'whole number');

/** Decodes a time, to RFC 3339 in UTC with milliseconds. */
export const instant = textual(parseInstant, 'time');

/** Decodes a local time. */
export const localTime = textual(parseLocalTime, 'local time');

/** Decodes a calendar date, `YYYY-MM-DD`. */
export const date = textual(parseDate, 'date');

/** Decodes a day of a year, `MM-DD`. */
export const monthDay = textual(parseMonthDay, 'day of a year');

/** Decodes a country. The upstream writes some codes in lower case, and may write others than ISO 3166 has. */
export const countryCode = textual((value) => {
  const code = value.toUpperCase();
  return parseCountryCode(countrySpellings.get(code) ?? code);
}, 'country code');

/** Decodes a language. Of a language tag such as `en-GB`, the first part is the language. */
export const languageCode = textual(
  (value) => parseLanguageCode(value.replace(/[-_][A-Za-z0-9_-]+$/, '')),
  'language code',
);

/** Decodes an e-mail address. */
export const emailAddress = textual(parseEmailAddress, 'e-mail address');

/** Decodes a phone number. The upstream stores international prefix + number, with or without the plus sign. */
export const phoneNumber = textual(
  (value) => parsePhoneNumber(value.startsWith('+') ? value : `+${value}`),
  'phone number',
);

/** Decodes a gender: the REST API uses words, the mobile SDK initials. */
export const gender = textual((value) => genderSpellings.get(value.toLowerCase()), 'gender');

/** Decodes an id that clients may send back. */
export const optionalId = textual((value) => (idPattern.test(value) ? value : undefined), 'id');

/** Returns the decoder of an enumeration, whose values may be written in any case. */
export function oneOf<T extends string>(values: readonly T[]): FieldDecoder<Optional<T>> {
  const byLowerCase = new Map(values.map((each) => [each.toLowerCase(), each]));
  return textual((value) => byLowerCase.get(value.toLowerCase()), `one of ${values.join(', ')}`);
}

/** Decodes a JSON object without copying it: a copy would give the key `__proto__` a meaning. */
export const jsonObject: FieldDecoder<Optional<Readonly<Record<string, unknown>>>> = withShape(
  optional((value) =>
    typeof value === 'object' && !Array.isArray(value) && isJson(value)
      ? (value as Record<string, unknown>)
      : undecodable,
  ),
  valueShape('object', 'object'),
);

/** Returns a decoder that also accepts null and absent values. */
export function optional<T>(field: FieldDecoder<T>): FieldDecoder<Optional<T>> {
  return withShape<FieldDecoder<Optional<T>>>(
    (value, holder, name) => (value == null ? (value as null | undefined) : field(value, holder, name)),
    { kind: 'optional', inner: field },
  );
}

/** Returns the decoder of a number. The upstream writes some as text, and an unset value as null or as an empty text. */
function numeric<T>(parse: (value: unknown) => T | undefined, format: string): FieldDecoder<Optional<T>> {
  return withShape<FieldDecoder<Optional<T>>>(
    (value) => {
      if (value == null || value === '') return value === '' ? null : (value as null | undefined);
      return parse(value) ?? undecodable;
    },
    valueShape('number', format),
  );
}

/** Returns the decoder of a text with a format. The upstream writes an unset value as null or as an empty text. */
function textual<T>(convert: (value: string) => T | undefined, format: string): FieldDecoder<Optional<T>> {
  return withShape<FieldDecoder<Optional<T>>>(
    (value) => {
      if (value === '') return null;
      if (typeof value === 'string') return convert(value) ?? undecodable;
      return value == null ? (value as null | undefined) : undecodable;
    },
    valueShape('string', format),
  );
}

function valueShape(json: 'string' | 'number' | 'boolean' | 'object', format: string): Shape {
  return { kind: 'value', json, format };
}
