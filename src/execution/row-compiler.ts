import { GraphQLEnumType, GraphQLFloat } from 'graphql';
import { canGenerateCode } from '../code-generation.ts';
import { type CompiledRow, isCompilable, type PlannedField, passedThroughTypes } from './plan.ts';

type Row = Record<string, unknown>;

/** The names of an enum's values, by their internal values. */
type Names = ReadonlyMap<unknown, string>;

/** Compiling a function takes as long as completing about 50 rows without it. */
export const rowsBeforeCompiling = 50;

/** Wider rows are rare, and V8 gives an object literal a fixed shape only up to a number of keys. */
const maxKeys = 64;

/**
 * Generates the function that completes the rows of one plan. It reads each property by a constant name and returns an
 * object literal, so that V8 optimizes both for one shape; one generic function for all plans sees too many shapes for that.
 * W4 takes 26 % less CPU with it (ADR 23, which names the command).
 *
 * The generated text contains only names of fields, quoted as JSON, and never a value from a document.
 *
 * @param emptyRow the row with null for each field
 * @returns undefined where no code may be generated, or nothing would be gained
 */
export function compileRow(fields: readonly PlannedField[], emptyRow: Readonly<Row>): CompiledRow | undefined {
  if (!canGenerateCode()) return undefined;
  const values = new Map(Object.entries(emptyRow).map(([name, value]) => [name, quote(value)]));
  const tables: Names[] = [];
  const reads = fields.filter(isCompilable).map((field, index) => {
    const value = `v${index}`;
    values.set(field.name, value);
    return readOf(field, value, tables);
  });
  if (reads.length === 0 || values.size > maxKeys) return undefined;
  const keys = [...values].map(([name, value]) => `${name === '__proto__' ? '["__proto__"]' : quote(name)}: ${value}`);
  // A getter that throws is an error of its field, which the planned executor reports.
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

/** Generates the statements that read one field, and leave the function for a value that must be completed otherwise. */
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

/** The names of each enum, shared by all compiled functions. */
const enumNames = new WeakMap<GraphQLEnumType, Names>();

/** Leaves out internal values that graphql handles before it looks up the enum: null, functions, promises, errors. */
function namesOf(leaf: GraphQLEnumType): Names {
  let names = enumNames.get(leaf);
  if (names === undefined) {
    const values = leaf.getValues().filter(({ value }) => passedThroughTypes.has(typeof value));
    names = new Map(values.map(({ value, name }) => [value, name]));
    enumNames.set(leaf, names);
  }
  return names;
}

function quote(value: unknown): string {
  return JSON.stringify(value);
}
