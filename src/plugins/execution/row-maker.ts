import { GraphQLEnumType } from 'graphql';
import type { PlannedField } from './plan.ts';

type Row = Record<string, unknown>;

/** A row with its plain fields, all others null; undefined for a source that takes a closer look. */
export type RowMaker = (source: unknown) => Row | undefined;

/** By what a leaf gives out for a value: of an enum, which has a name for each. */
type Names = ReadonlyMap<unknown, string>;

/** Fewer rows do not make up for the function that is written for them, which takes as long as so many. */
export const rowsBeforeMaker = 50;

/** Wider rows are rare, and V8 keeps the keys of one in a literal only up to some number. */
const maxKeys = 64;

/**
 * Writes the function that makes the rows of one plan. It reads each property by its name and makes the row as a literal,
 * so that V8 knows where everything is; a function for all plans meets a thousand shapes, and knows of none.
 *
 * What comes from a document is the names of its fields only, each quoted as JSON: never a value (ADR 23).
 *
 * @param blank the row before its fields are there
 * @returns undefined where there is nothing to gain
 */
export function writeRowMaker(fields: readonly PlannedField[], blank: Readonly<Row>): RowMaker | undefined {
  const filled = new Map(Object.entries(blank).map(([name, value]) => [name, quote(value)]));
  const reads: string[] = [];
  const tables: Names[] = [];
  for (const field of fields) {
    const { name, plain, exposed, definition, shape } = field;
    if (plain === undefined) continue;
    const value = `v${reads.length}`;
    const otherwise = shape.isNonNull
      ? 'return undefined;'
      : `if (${value} == null) ${value} = null; else return undefined;`;
    const read = `let ${value} = source[${quote(exposed ?? definition.name)}];`;
    if (plain instanceof GraphQLEnumType) {
      tables.push(new Map(plain.getValues().map((each) => [each.value, each.name])));
      const named = `n${reads.length}`;
      reads.push(`${read} const ${named} = tables[${tables.length - 1}].get(${value});
  if (${named} === undefined) { ${otherwise} } else ${value} = ${named};`);
    } else if (shape.passes === undefined) return undefined;
    else {
      const isOther = `typeof ${value} !== ${quote(shape.passes)}`;
      const isLong = shape.passes === 'number' ? ` || (${value} | 0) !== ${value}` : '';
      reads.push(`${read} if (${isOther}${isLong}) { ${otherwise} }`);
    }
    filled.set(name, value);
  }
  if (reads.length === 0 || filled.size > maxKeys) return undefined;
  const keys = [...filled].map(([name, value]) => `${name === '__proto__' ? `["__proto__"]` : quote(name)}: ${value}`);
  const body = `"use strict";
return (source) => {
  if (typeof source !== "object" || source === null) return undefined;
  ${reads.join('\n  ')}
  return { ${keys.join(', ')} };
};`;
  return new Function('tables', body)(tables);
}

function quote(value: unknown): string {
  return JSON.stringify(value);
}
