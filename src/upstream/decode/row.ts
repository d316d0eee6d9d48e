import { withShape } from './decoder.ts';
import {
  type Decoded,
  type DecodeReporter,
  type FieldDecoder,
  type Optional,
  optional,
  undecodable,
} from './fields.ts';
import { createRowClass, type Fields, type RowClass, type WireObject, WireRow } from './row-class.ts';
import { kindOf, type ValueKind } from './value-kind.ts';

/** A row: our names of its fields, with what their decoders return. */
type Row<F extends Fields> = { readonly [K in keyof F]: Decoded<F[K]> };

/**
 * Decodes an object of the wire as a row, which decodes a field when it is read: most operations read few of the fields,
 * and a page has up to a thousand rows (ADR 8).
 *
 * A value that does not fit is null, and is reported once under the wire's name. An absent value is `undefined`, which in a
 * contact of the list does not mean the same as null. The object belongs to the row from then on, and no enumeration shows
 * what is in it, so that a log shows no personal data.
 *
 * @param names the wire's names of the fields, by our names
 * @param required fields that are decoded at once; if one does not fit, the row is undecodable
 */
export function rowDecoder<F extends Fields>(
  names: Readonly<Record<keyof NoInfer<F>, string>>,
  fields: F,
  required: readonly (keyof NoInfer<F>)[] = [],
): FieldDecoder<Row<F>> {
  // Created with the first row, because accelerators are switched after the modules of the endpoints are loaded.
  let TypedRow: RowClass | undefined;
  const decode: FieldDecoder<Row<F>> = (value, holder, name) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undecodable;
    TypedRow ??= createRowClass(names, fields);
    const row = new TypedRow(value as WireObject, holder, name) as WireRow & Row<F>; // It has a getter for each field.
    for (const field of required) if (row[field] === null) return undecodable;
    return row;
  };
  return withShape(decode, { kind: 'row', names, fields, required: required.map(String) });
}

/**
 * Decodes an array. An element that cannot be decoded is skipped and reported, and is removed from the array, so that
 * decoding the array again does not report it again. An array of nothing but such elements is undecodable: an empty list
 * would say that there are none.
 */
export function listOf<T>(decode: FieldDecoder<T>): FieldDecoder<readonly T[]> {
  const decodeList: FieldDecoder<readonly T[]> = (value, holder, name) => {
    if (!Array.isArray(value)) return undecodable;
    const reporter = new ListReporter(holder);
    const elements: T[] = [];
    let kept = 0;
    for (const element of value) {
      const before = reporter.count;
      const decoded = decode(element, reporter, name);
      if (decoded !== undecodable) {
        elements.push(decoded);
        value[kept] = element;
        kept += 1;
      } else if (reporter.count === before) holder.onUndecodable(name, kindOf(element));
    }
    if (kept === 0 && value.length > 0) return undecodable;
    value.length = kept;
    return elements;
  };
  return withShape(decodeList, { kind: 'list', element: decode });
}

/**
 * The holder of the elements of one list. Its count shows whether the decoder of an element has reported what is wrong with it,
 * so that each element is reported once.
 */
class ListReporter implements DecodeReporter {
  count = 0;
  contactId: string | undefined;
  readonly #holder: DecodeReporter;

  constructor(holder: DecodeReporter) {
    this.#holder = holder;
  }
  onUndecodable(path: string, kind: ValueKind): void {
    this.count += 1;
    this.#holder.onUndecodable(path, kind);
  }
}

/**
 * Decodes a value of an object in the row without creating a row for that object; reports it as if there were one.
 *
 * @param decode the decoder of a value that is not an object itself
 */
export function nestedField<T>(wireName: string, decode: FieldDecoder<T>): FieldDecoder<Optional<T>> {
  const decodeNested: FieldDecoder<Optional<T>> = optional((object, holder, name) => {
    if (typeof object !== 'object' || Array.isArray(object)) return undecodable;
    const wire = object as WireObject;
    const value = decode(wire[wireName], holder, wireName);
    if (value !== undecodable) return value;
    holder.onUndecodable(`${name}.${wireName}`, kindOf(wire[wireName]));
    wire[wireName] = null; // The next read of the field must not report it again.
    return null;
  });
  return withShape(decodeNested, { kind: 'nested', wireName, inner: decode });
}

/** Returns the object that a row reads; anything that is no row is returned as it is. */
export function toWireObject(row: object): unknown {
  return row instanceof WireRow ? (row.constructor as RowClass).wireOf(row) : row;
}

/**
 * Records the contact whose rows a list has, where the rows do not say it. All rows share one record, so that it costs the same
 * for any number of rows.
 *
 * @returns the rows
 */
export function recordContact<T extends object>(rows: readonly T[], cid: string): readonly T[] {
  const list = rows[0] && holderOf(rows[0]);
  if (list instanceof ListReporter) list.contactId = cid;
  return rows;
}

/** Returns the contact that `recordContact` has recorded for the list of a row. */
export function contactOfRow(row: object): string | undefined {
  const list = holderOf(row);
  return list instanceof ListReporter ? list.contactId : undefined;
}

function holderOf(row: object): DecodeReporter | undefined {
  return row instanceof WireRow ? (row.constructor as RowClass).holderOf(row) : undefined;
}
