import { GraphQLScalarType } from 'graphql';
import type { BadUserInput } from '../errors.ts';
import { wrongFormat } from '../resolvers/input/problems.ts';
import { isExact, isJson, maxJsonDepth, withLongNumbersAsText } from '../values/json.ts';
import { builder } from './builder.ts';
import { scalarSpecifications } from './scalar-specifications.ts';

const description = `A JSON object of at most ${maxJsonDepth} levels. A whole number beyond 2^53 is a text in it, because most clients lose its digits.`;

builder.addScalarType(
  'JSONObject',
  new GraphQLScalarType<Readonly<Record<string, unknown>> | BadUserInput, unknown>({
    name: 'JSONObject',
    description,
    specifiedByURL: scalarSpecifications.JSONObject,
    coerceInputValue: parseObject,
    coerceOutputValue: withLongNumbersAsText,
  }),
);

/** Returns the object itself, because a copy would treat the key `__proto__` specially; other values are an error of their field (ADR 11). */
function parseObject(value: unknown): Readonly<Record<string, unknown>> | BadUserInput {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && isJson(value) && isExact(value)) {
    return value as Record<string, unknown>; // an object and no list
  }
  return wrongFormat('JSONObject');
}
