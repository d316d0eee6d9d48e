import { GraphQLScalarType } from 'graphql';
import { type PasswordInput, parsePassword } from '../resolvers/input/password.ts';
import { wrongFormat } from '../resolvers/input/problems.ts';
import type { ScalarInput } from '../resolvers/input/scalar-input.ts';
import { Day } from '../resolvers/input/time-input.ts';
import { parseByteCount } from '../values/number.ts';
import { parseCountryCode, parseEmailAddress, parseLanguageCode, parsePhoneNumber } from '../values/text.ts';
import { parseDate, parseInstantInput, parseLocalTimeInput } from '../values/time.ts';
import { builder } from './builder.ts';
import { scalarSpecifications } from './scalar-specifications.ts';

builder.addScalarType(
  'DateTime',
  scalar(
    'DateTime',
    'A time as RFC 3339 in UTC with milliseconds, like `2022-07-21T18:41:09.000Z`. Input must have an offset, which may be any, and digits after the millisecond are dropped; `24:00` and leap seconds are not accepted. For the bounds of a range, input may be a day in UTC, like `2022-07-21`, which the range includes.',
    (text) => parseInstantInput(text) ?? parseDate(text),
    (text) => (parseDate(text) === undefined ? new Date(text) : new Day(text)),
  ),
);
builder.addScalarType(
  'LocalDateTime',
  scalar(
    'LocalDateTime',
    'A local time without offset, like `2022-07-21T11:41:09`; another field has the time zone.',
    parseLocalTimeInput,
  ),
);
builder.addScalarType('Date', scalar('Date', 'A calendar date, `YYYY-MM-DD`.', parseDate));
builder.addScalarType(
  'EmailAddress',
  scalar(
    'EmailAddress',
    'An e-mail address of at most 254 characters, like `ada@example.com`. Characters beyond ASCII are allowed; spaces, control characters and a second `@` are not.',
    parseEmailAddress,
  ),
);
builder.addScalarType(
  'PhoneNumber',
  scalar('PhoneNumber', 'A phone number in E.164, like `+14155552671`.', parsePhoneNumber),
);
builder.addScalarType(
  'CountryCode',
  scalar(
    'CountryCode',
    'A country as ISO 3166-1 alpha-2 in upper case, like `IT`, or `XK` for Kosovo. The United Kingdom is `GB`. Input may be in lower case.',
    parseCountryCode,
  ),
);
builder.addScalarType(
  'LanguageCode',
  scalar(
    'LanguageCode',
    'A language as two letters in lower case, like `en`: a code of ISO 639-1. Input may be in upper case.',
    parseLanguageCode,
  ),
);
builder.addScalarType(
  'Password',
  new GraphQLScalarType<PasswordInput, never>({
    name: 'Password',
    description:
      'A password, 1 to 256 characters; for input only. Send it as a variable: the text of a document is not secret everywhere.',
    specifiedByURL: scalarSpecifications.Password,
    coerceInputValue: parsePassword,
  }),
);
builder.addScalarType(
  'ByteCount',
  new GraphQLScalarType<ScalarInput<number | bigint>, string>({
    name: 'ByteCount',
    description:
      'A number of bytes as a decimal string, because it may pass 2^53, where JSON numbers lose digits in most clients.',
    specifiedByURL: scalarSpecifications.ByteCount,
    coerceInputValue: (value) =>
      (typeof value === 'string' ? parseByteCount(value) : undefined) ?? wrongFormat('ByteCount'),
    coerceOutputValue: String,
  }),
);

/**
 * Creates a scalar. `parse` returns the normal form of a valid input, and undefined for any other; that becomes a
 * `ScalarInput` error. Output passes unchanged, because the decoder of the upstream's values has the same parsers.
 *
 * @param convert what a resolver receives of the normal form
 */
function scalar(
  name: keyof typeof scalarSpecifications,
  description: string,
  parse: (text: string) => string | undefined,
): GraphQLScalarType<ScalarInput<string>, string>;
function scalar<I>(
  name: keyof typeof scalarSpecifications,
  description: string,
  parse: (text: string) => string | undefined,
  convert: (text: string) => I,
): GraphQLScalarType<ScalarInput<I>, string>;
function scalar(
  name: keyof typeof scalarSpecifications,
  description: string,
  parse: (text: string) => string | undefined,
  convert: (text: string) => unknown = (text) => text,
): GraphQLScalarType<unknown, string> {
  return new GraphQLScalarType({
    name,
    description,
    specifiedByURL: scalarSpecifications[name],
    coerceInputValue: (value) => {
      const text = typeof value === 'string' ? parse(value) : undefined;
      return text === undefined ? wrongFormat(name) : convert(text);
    },
    coerceOutputValue: (value) => value as string, // The decoder returns only texts that `parse` returns.
    extensions: { passes: 'string' },
  });
}
