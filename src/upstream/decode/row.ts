import {
  type Decoded,
  type DecodeReporter,
  type FieldDecoder,
  type Optional,
  optional,
  undecodable,
} from './fields.ts';

type Fields = Readonly<Record<string, FieldDecoder<unknown>>>;

/** A row with what its fields give. */
type Row<F extends Fields> = { readonly [K in keyof F]: Decoded<F[K]> };

/**
 * An object of the wire: read by the wire's names, answered by ours, each field decoded when it is asked for. Most
 * operations ask for few of them, and a page has a thousand rows (ADR 8).
 *
 * A value that does not fit is null, and reported once, by the wire's name. One of `required` that does not fit refuses
 * the row. What is absent stays absent, because in a contact of the list that is not the same as null.
 *
 * The object belongs to the row from then on, and nothing but its fields is to be seen: a log shows no personal data.
 */
export function rowDecoder<F extends Fields>(
  names: Readonly<Record<keyof NoInfer<F>, string>>,
  fields: F,
  required: readonly (keyof NoInfer<F>)[] = [],
): FieldDecoder<Row<F>> {
  const TypedRow = writeRowClass(names, fields);
  return (value, holder, name) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undecodable;
    const row = new TypedRow(value as WireObject, holder, name) as WireRow & Row<F>; // a getter for each field
    for (const must of required) if (row[must] === null) return undecodable;
    return row;
  };
}

/** Rows of which none is missing. */
export function listOf<T>(field: FieldDecoder<T>): FieldDecoder<readonly T[]> {
  return (value, holder, name) => {
    if (!Array.isArray(value)) return undecodable;
    const rows: T[] = [];
    for (const each of value) {
      const row = field(each, holder, name);
      if (row === undecodable) return undecodable;
      rows.push(row);
    }
    return rows;
  };
}

/** A value in an object of the row, for which no row is made; reported as if one were. It is not made of others. */
export function nestedField<T>(wireName: string, field: FieldDecoder<T>): FieldDecoder<Optional<T>> {
  return optional((object, holder, name) => {
    if (typeof object !== 'object' || Array.isArray(object)) return undecodable;
    const wire = object as WireObject;
    const value = field(wire[wireName], holder, wireName);
    if (value !== undecodable) return value;
    wire[wireName] = null; // told once
    holder.onUndecodable(`${name}.${wireName}`);
    return null;
  });
}

/** The object of the wire that a row reads. */
export function toWireObject(row: object): unknown {
  return row instanceof WireRow ? (row.constructor as RowClass).wireOf(row) : row;
}

type WireObject = Record<string, unknown>;

/** What all rows are. */
class WireRow {}

type RowClass = {
  new (wire: WireObject, holder: DecodeReporter, name: string): WireRow;
  wireOf(row: WireRow): WireObject;
};

/**
 * Writes the class of the rows of one type, a getter for each field. V8 learns for each function in a text of its own what
 * it meets; getters that are made by one function, for all fields of all types, meet everything, and are twice as slow
 * (ADR 23). All that gets into the text are names that stand in our code.
 */
function writeRowClass(names: Readonly<Record<string, string>>, fields: Fields): RowClass {
  const getters = Object.keys(fields).map((name) => {
    const wireName = JSON.stringify(names[name]);
    return `
  get ${name}() {
    const value = read_${name}(this.#wire[${wireName}], this, ${wireName});
    if (value !== undecodable) return value;
    this.#wire[${wireName}] = null; // told once
    this.undecodable(${wireName});
    return null;
  }`;
  });
  const text = `"use strict";
${Object.keys(fields)
  .map((name) => `const read_${name} = fields.${name};`)
  .join('\n')}
return class extends WireRow {
  #wire;
  #holder;
  #name;
  constructor(wire, holder, name) {
    super();
    this.#wire = wire;
    this.#holder = holder;
    this.#name = name;
  }
  static wireOf(row) {
    return row.#wire;
  }
  undecodable(path) {
    this.#holder.undecodable(this.#name + "." + path);
  }${getters.join('')}
};`;
  return new Function('WireRow', 'fields', 'undecodable', text)(WireRow, fields, undecodable);
}
