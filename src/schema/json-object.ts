import { GraphQLScalarType } from 'graphql';
import { BadUserInput } from '../errors.ts';
import { builder } from './builder.ts';

/** Levels of objects and lists: whoever writes them as text calls itself for each. */
const maxDepth = 32;

builder.addScalarType(
  'JSONObject',
  new GraphQLScalarType<Readonly<Record<string, unknown>> | BadUserInput, unknown>({
    name: 'JSONObject',
    description: 'A JSON object with any content.',
    coerceInputValue: parseObject,
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

/** An object as it came, because copying it would run into `__proto__` as a key; what is none is an error in the graph. */
function parseObject(value: unknown): Readonly<Record<string, unknown>> | BadUserInput {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && isExact(value, maxDepth)) {
    return value as Record<string, unknown>; // no list
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
