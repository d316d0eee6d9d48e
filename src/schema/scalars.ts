import { GraphQLScalarType } from 'graphql';
import {
  GraphQLCountryCode,
  GraphQLDateTimeISO,
  GraphQLEmailAddress,
  GraphQLLocalDate,
  GraphQLLocalDateTime,
} from 'graphql-scalars';
import { BadUserInput } from '../errors.ts';
import type { ScalarInput } from '../resolvers/input/scalar-input.ts';
import { builder } from './builder.ts';
import { scalarSpecifications } from './scalar-specifications.ts';

builder.addScalarType(
  'DateTime',
  scalar(
    'DateTime',
    'An instant as RFC 3339 in UTC with milliseconds, like `2022-07-21T18:41:09.000Z`. Input may have any offset.',
    GraphQLDateTimeISO.coerceInputValue,
  ),
);
builder.addScalarType(
  'LocalDateTime',
  scalar(
    'LocalDateTime',
    'A wall clock time without offset, like `2022-07-21T11:41:09`; the time zone stands beside it.',
    GraphQLLocalDateTime.coerceInputValue,
  ),
);
builder.addScalarType('Date', scalar('Date', 'A calendar date, `YYYY-MM-DD`.', GraphQLLocalDate.coerceInputValue));
builder.addScalarType(
  'EmailAddress',
  scalar('EmailAddress', 'An e-mail address.', GraphQLEmailAddress.coerceInputValue),
);
builder.addScalarType(
  'PhoneNumber',
  scalar('PhoneNumber', 'A phone number in E.164, like `+14155552671`.', matching(/^\+[1-9]\d{5,14}$/)),
);
builder.addScalarType(
  'CountryCode',
  scalar('CountryCode', 'A country as ISO 3166-1 alpha-2 in upper case, like `IT`.', (value) =>
    GraphQLCountryCode.coerceInputValue(value).toUpperCase(),
  ),
);
builder.addScalarType(
  'LanguageCode',
  scalar(
    'LanguageCode',
    'A language as ISO 639-1 in lower case, like `en`.',
    matching(/^[a-z]{2}$/i, (code) => code.toLowerCase()),
  ),
);
builder.addScalarType(
  'ByteCount',
  new GraphQLScalarType<never, string>({
    name: 'ByteCount',
    description:
      'A number of bytes as a decimal string, because it may pass 2^53, where JSON numbers lose digits in most clients.',
    specifiedByURL: scalarSpecifications.ByteCount,
    serialize: String,
  }),
);

/**
 * Creates a scalar. `parse` validates input; invalid input becomes a `ScalarInput` error with a message of this project,
 * because messages of libraries quote the input. Output passes unchanged, because the decoder of upstream answers guarantees it.
 */
function scalar<I>(
  name: keyof typeof scalarSpecifications,
  description: string,
  parse: (value: unknown) => I,
): GraphQLScalarType<ScalarInput<I>, string> {
  return new GraphQLScalarType({
    name,
    description,
    specifiedByURL: scalarSpecifications[name],
    coerceInputValue: (value) => {
      try {
        return parse(value);
      } catch {
        return new BadUserInput(`${name}: ${description}`);
      }
    },
    coerceOutputValue: (value) => value as string, // the decoder's word for it
    extensions: { passes: 'string' },
  });
}

/** Creates a parser for texts of one pattern, with an optional conversion. */
function matching(pattern: RegExp, convert = (text: string) => text): (value: unknown) => string {
  return (value) => {
    if (typeof value === 'string' && pattern.test(value)) return convert(value);
    throw new TypeError('no match');
  };
}
