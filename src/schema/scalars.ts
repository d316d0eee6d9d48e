import { GraphQLScalarType } from 'graphql';
import {
  GraphQLCountryCode,
  GraphQLDateTimeISO,
  GraphQLEmailAddress,
  GraphQLLocalDate,
  GraphQLLocalDateTime,
  GraphQLPhoneNumber,
} from 'graphql-scalars';
import { BadUserInput } from '../errors.ts';
import { builder } from './builder.ts';

builder.addScalarType(
  'DateTime',
  scalar(
    'DateTime',
    'An instant as RFC 3339 in UTC with milliseconds, like `2022-07-21T18:41:09.000Z`. Input may have any offset.',
    GraphQLDateTimeISO,
  ),
);
builder.addScalarType(
  'LocalDateTime',
  scalar(
    'LocalDateTime',
    'A wall clock time without offset, like `2022-07-21T11:41:09`; the time zone stands beside it.',
    GraphQLLocalDateTime,
  ),
);
builder.addScalarType('Date', scalar('Date', 'A calendar date, `YYYY-MM-DD`.', GraphQLLocalDate));
builder.addScalarType('EmailAddress', scalar('EmailAddress', 'An e-mail address.', GraphQLEmailAddress));
builder.addScalarType(
  'PhoneNumber',
  scalar('PhoneNumber', 'A phone number in E.164, like `+14155552671`.', GraphQLPhoneNumber),
);
builder.addScalarType(
  'CountryCode',
  scalar('CountryCode', 'A country as ISO 3166-1 alpha-2 in upper case, like `IT`.', GraphQLCountryCode),
);
builder.addScalarType(
  'LanguageCode',
  new GraphQLScalarType<string, string>({
    name: 'LanguageCode',
    description: 'A language as ISO 639-1 in lower case, like `en`.',
  }),
);
builder.addScalarType(
  'ByteCount',
  new GraphQLScalarType<never, string>({
    name: 'ByteCount',
    description:
      'A number of bytes as a decimal string, because it may pass 2^53, where JSON numbers lose digits in most clients.',
    serialize: String,
  }),
);
builder.addScalarType(
  'JSONObject',
  new GraphQLScalarType<never, unknown>({
    name: 'JSONObject',
    description: 'A JSON object with any content.',
    coerceOutputValue: exactJson,
  }),
);

// Of ES2026 and in Node since 21, but not in TypeScript's library yet.
const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): object };

/** JSON does not write the bigints that integers beyond 2^53 are here. Entries, because a key may be `__proto__`. */
function exactJson(value: unknown): unknown {
  if (typeof value === 'bigint') return rawJSON(String(value));
  if (Array.isArray(value)) return value.map(exactJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, exactJson(inner)]));
}

/**
 * Input is judged by the library and refused in our words, because its messages quote the value. Output passes as it is:
 * the decoder at the upstream's edge guarantees it.
 */
function scalar<I, O>(name: string, description: string, base: GraphQLScalarType<I, O>): GraphQLScalarType<I, string> {
  return new GraphQLScalarType({
    name,
    description,
    coerceInputValue: (value) => {
      try {
        return base.coerceInputValue(value);
      } catch {
        throw new BadUserInput(`${name}: ${description}`);
      }
    },
    coerceOutputValue: (value) => value as string, // the decoder's word for it
  });
}
