import { GraphQLScalarType } from 'graphql';
import { BadUserInput } from '../errors.ts';
import { builder } from './builder.ts';
import { scalarSpecifications } from './scalar-specifications.ts';

/** The maximum depth of objects and lists, because serialization is recursive. */
const maxDepth = 32;

builder.addScalarType(
  'JSONObject',
  new GraphQLScalarType<Readonly<Record<string, unknown>> | BadUserInput, unknown>({
    name: 'JSONObject',
    description: 'A JSON object with any content.',
    specifiedByURL: scalarSpecifications.JSONObject,
    coerceInputValue: parseObject,
    coerceOutputValue: exactJson,
  }),
);

// `JSON.rawJSON` is in Node since 21 and not in TypeScript's library yet.
const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): object };

/** Serializes bigints, which integers beyond 2^53 are here and JSON does not support. It copies entries, because a key may be `__proto__`. */
function exactJson(value: unknown): unknown {
  if (typeof value === 'bigint') return rawJSON(String(value));
  if (Array.isArray(value)) return value.map(exactJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, exactJson(inner)]));
}

/** Returns the object itself, because a copy would treat the key `__proto__` specially; other values are an error of their field (ADR 11). */
function parseObject(value: unknown): Readonly<Record<string, unknown>> | BadUserInput {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && isExact(value, maxDepth)) {
    return value as Record<string, unknown>; // an object and no list
  }
  return new BadUserInput(
    `JSONObject: A JSON object of at most ${maxDepth} levels, with whole numbers beyond 2^53 as text, because they lose digits on the way.`,
  );
}

function isExact(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) || !Number.isInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isExact(inner, depth - 1));
}
