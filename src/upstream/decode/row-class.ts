import { canGenerateCode } from '../../code-generation.ts';
import { type DecodeReporter, type FieldDecoder, undecodable } from './fields.ts';
import { kindOf, type ValueKind } from './value-kind.ts';

/** An object of a response body. */
export type WireObject = Record<string, unknown>;

/** The decoders of a row, by our names of its fields. */
export type Fields = Readonly<Record<string, FieldDecoder<unknown>>>;

/** The base class of all rows. */
export class WireRow {}

/** A class of rows: it has a getter for each field, which decodes the field when it is read. */
export type RowClass = {
  /**
   * @param holder reports the fields of the row that cannot be decoded
   * @param name the wire's name of the row in its holder
   */
  new (wire: WireObject, holder: DecodeReporter, name: string): WireRow;
  /** Returns the object that a row of this class reads. */
  wireOf(row: WireRow): WireObject;
  /** Returns the holder of a row of this class: its list, if it is in one. */
  holderOf(row: WireRow): DecodeReporter;
};

/**
 * Creates the class of the rows of one type: as generated code where the accelerator `generated-rows` is on and Node
 * permits it, else as getters that are defined one by one.
 *
 * @param names the wire's names of the fields, by our names
 */
export function createRowClass(names: Readonly<Record<string, string>>, fields: Fields): RowClass {
  return canGenerateCode() ? generateRowClass(names, fields) : defineRowClass(names, fields);
}

function defineRowClass(names: Readonly<Record<string, string>>, fields: Fields): RowClass {
  return class DefinedRow extends WireRow {
    static {
      for (const [name, decode] of Object.entries(fields)) {
        const wireName = names[name] ?? name;
        Object.defineProperty(DefinedRow.prototype, name, {
          configurable: true,
          get(this: DefinedRow) {
            return this.#read(wireName, decode);
          },
        });
      }
    }
    readonly #wire: WireObject;
    readonly #holder: DecodeReporter;
    readonly #name: string;

    constructor(wire: WireObject, holder: DecodeReporter, name: string) {
      super();
      this.#wire = wire;
      this.#holder = holder;
      this.#name = name;
    }
    static wireOf(row: DefinedRow): WireObject {
      return row.#wire;
    }
    static holderOf(row: DefinedRow): DecodeReporter {
      return row.#holder;
    }
    onUndecodable(path: string, kind: ValueKind): void {
      this.#holder.onUndecodable(`${this.#name}.${path}`, kind);
    }
    #read(wireName: string, decode: FieldDecoder<unknown>): unknown {
      const value = decode(this.#wire[wireName], this, wireName);
      if (value !== undecodable) return value;
      this.onUndecodable(wireName, kindOf(this.#wire[wireName]));
      this.#wire[wireName] = null; // The next read of the field must not report it again.
      return null;
    }
  };
}

/**
 * Does the same by generated code, of which each getter has a text of its own. V8 optimizes each of these for the values
 * that it meets; getters that share one function meet the values of all fields of all types, and take twice as long
 * (ADR 23). The text contains nothing but names from our own code.
 */
function generateRowClass(names: Readonly<Record<string, string>>, fields: Fields): RowClass {
  const getters = Object.keys(fields).map((name) => {
    const wireName = JSON.stringify(names[name]);
    return `
  get ${name}() {
    const value = decode_${name}(this.#wire[${wireName}], this, ${wireName});
    if (value !== undecodable) return value;
    this.onUndecodable(${wireName}, kindOf(this.#wire[${wireName}]));
    this.#wire[${wireName}] = null;
    return null;
  }`;
  });
  const text = `"use strict";
${Object.keys(fields)
  .map((name) => `const decode_${name} = fields.${name};`)
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
  static holderOf(row) {
    return row.#holder;
  }
  onUndecodable(path, kind) {
    this.#holder.onUndecodable(this.#name + "." + path, kind);
  }${getters.join('')}
};`;
  return new Function('WireRow', 'fields', 'undecodable', 'kindOf', text)(WireRow, fields, undecodable, kindOf);
}
