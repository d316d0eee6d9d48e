import { GraphQLEnumType, GraphQLFloat } from 'graphql';
import { canGenerateCode } from '../code-generation.ts';
import type { PlannedField } from './plan.ts';

type Row = Record<string, unknown>;

/** A row with the fields that are made, all others null; undefined for a source that takes a closer look. */
export type CompiledRow = (source: unknown) => Row | undefined;

/** By what a source may have for a value of an enum: its name. */
type Names = ReadonlyMap<unknown, string>;

/** Fewer rows do not make up for the function that is written for them, which takes as long as so many. */
export const rowsBeforeCompiling = 50;

/** Wider rows are rare, and V8 keeps the keys of one in a literal only up to some number. */
const maxKeys = 64;

/** What leaves as it is without being an object, which might be a promise or an error. */
const primitives = new Set<string | undefined>(['string', 'number', 'boolean']);

/** Whether a maker knows how the values of a field leave: as they are, or by the name that an enum has for each. */
export function isCompilable({ plain, shape }: PlannedField): boolean {
  return plain instanceof GraphQLEnumType || (plain !== undefined && primitives.has(shape.passThroughTypeof));
}

/**
 * Writes the function that makes the rows of one plan. It reads each property by its name and makes the row as a literal,
 * so that V8 knows where everything is; a function for all plans meets a thousand shapes, and knows of none.
 *
 * What comes from a document is the names of its fields only, each quoted as JSON: never a value (ADR 23).
 *
 * @param blank the row before its fields are there
 * @returns undefined where there is nothing to gain
 */
export function compileRow(fields: readonly PlannedField[], blank: Readonly<Row>): CompiledRow | undefined {
  if (!canGenerateCode()) return undefined;
  const values = new Map(Object.entries(blank).map(([name, value]) => [name, quote(value)]));
  const tables: Names[] = [];
  const reads = fields.filter(isCompilable).map((field, index) => {
    const value = `v${index}`;
    values.set(field.name, value);
    return readOf(field, value, tables);
  });
  if (reads.length === 0 || values.size > maxKeys) return undefined;
  const keys = [...values].map(([name, value]) => `${name === '__proto__' ? '["__proto__"]' : quote(name)}: ${value}`);
  // What a getter throws is an error of its field, which whoever takes the closer look knows how to tell.
  const body = `"use strict";
return (source) => {
  if (typeof source !== "object" || source === null) return undefined;
  try {
    ${reads.join('\n    ')}
    return { ${keys.join(', ')} };
  } catch {
    return undefined;
  }
};`;
  return new Function('tables', body)(tables);
}

/** Statements that read one field, and end the function for a value that does not leave as it is. */
function readOf({ plain, exposed, definition, shape }: PlannedField, value: string, tables: Names[]): string {
  const read = `let ${value} = source[${quote(exposed ?? definition.name)}];`;
  const otherwise = shape.isNonNull
    ? 'return undefined;'
    : `if (${value} == null) ${value} = null; else return undefined;`;
  if (plain instanceof GraphQLEnumType) {
    tables.push(namesOf(plain));
    const name = `${value}name`;
    return `${read} const ${name} = tables[${tables.length - 1}].get(${value});
    if (${name} === undefined) { ${otherwise} } else ${value} = ${name};`;
  }
  const isOther = `typeof ${value} !== ${quote(shape.passThroughTypeof)}`;
  const isOdd = plain === GraphQLFloat ? `!Number.isFinite(${value})` : `(${value} | 0) !== ${value}`;
  return `${read} if (${isOther}${shape.passThroughTypeof === 'number' ? ` || ${isOdd}` : ''}) { ${otherwise} }`;
}

/** One table for all makers, by their enum. */
const known = new WeakMap<GraphQLEnumType, Names>();

/** Without what graphql does something else with before it asks the enum: null, functions, promises, errors. */
function namesOf(leaf: GraphQLEnumType): Names {
  let names = known.get(leaf);
  if (names === undefined) {
    const values = leaf.getValues().filter(({ value }) => primitives.has(typeof value));
    names = new Map(values.map(({ value, name }) => [value, name]));
    known.set(leaf, names);
  }
  return names;
}

function quote(value: unknown): string {
  return JSON.stringify(value);
}
