import { type RowShape, type Shape, shapeOf } from '../../upstream/decode/decoder.ts';
import { type DecodeReporter, type FieldDecoder, optional, undecodable } from '../../upstream/decode/fields.ts';
import { rowDecoder } from '../../upstream/decode/row.ts';
import { kindOf, type ValueKind } from '../../upstream/decode/value-kind.ts';

/** What has been seen of one name of the contract. No value is kept, only how many there were of each kind. */
export type Observation = {
  /** What the contract says about the value; undefined for a name that the gateway does not read. */
  readonly shape: Shape | undefined;
  readonly isRequired: boolean;
  readonly kinds: Map<ValueKind, number>;
  /** The kinds of the values that do not fit the contract. */
  readonly misfits: Map<ValueKind, number>;
};

/** What has been seen of the names of the contract, and of other names, by their paths without array indexes. */
export type Observations = {
  readonly names: Map<string, Observation>;
  readonly others: Map<string, ValueKind>;
};

/** How many names outside of the contract are kept, and how deep they are looked for. */
const limits = { others: 500, depth: 6 };

/** Creates an empty collection. */
export function createObservations(): Observations {
  return { names: new Map(), others: new Map() };
}

/** Adds what is seen in a body. @param body is changed where its rows have another spelling */
export function observeBody(observations: Observations, decoder: FieldDecoder<unknown>, body: unknown): void {
  const { names, others } = observations;

  function observeRow({ names: wireNames, required, ...shape }: RowShape, row: object, path: string): void {
    const values = row as Record<string, unknown>; // The cast is safe because each property can be read as unknown.
    shape.normalize?.(values);
    const expected = decodersByWireName({ names: wireNames, required, ...shape });
    for (const [name, field] of expected) {
      const isRequired = required.some((each) => wireNames[each] === name);
      observe(field, values[name], joinPath(path, name), isRequired);
    }
    for (const [name, value] of Object.entries(values)) {
      if (!expected.has(name)) addOther(name, joinPath(path, name), value, limits.depth);
    }
  }

  function observe(decode: FieldDecoder<unknown> | undefined, value: unknown, path: string, isRequired = false): void {
    const shape = formOf(decode, value);
    const entry = names.get(path) ?? { shape, isRequired, kinds: new Map(), misfits: new Map() };
    names.set(path, entry);
    const kind = value === '' ? 'null' : kindOf(value); // The upstream writes an unset value as an empty text, too.
    count(entry.kinds, kind);
    if (kind === 'absent' || decode === undefined || shape === undefined) return;
    if (!fits(decode, shape, value, kind)) count(entry.misfits, kind);
    else if (shape.kind === 'row' && kind === 'object') observeRow(shape, Object(value), path);
    else if (shape.kind === 'list' && Array.isArray(value)) {
      for (const element of value) observe(shape.element, element, `${path}[]`);
    }
  }

  function addOther(name: string, path: string, value: unknown, depth: number): void {
    if (others.size >= limits.others || depth === 0 || !isFieldName(name)) return;
    others.set(path, kindOf(value));
    if (Array.isArray(value)) for (const element of value.slice(0, 3)) addOther(name, `${path}[]`, element, depth - 1);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) addOther(key, joinPath(path, key), inner, depth - 1);
    }
  }

  observe(decoder, body, '');
}

/** Whether a name is that of a field. The keys of some objects are values, like addresses, and must not be printed. */
function isFieldName(name: string): boolean {
  return /^[A-Za-z_][\w-]{0,40}$/.test(name) && !/\d.*\d.*\d/.test(name);
}

/** Returns the shape that a value should have: the one behind `optional`, and of several forms the one of its kind. */
function formOf(decode: FieldDecoder<unknown> | undefined, value: unknown): Shape | undefined {
  const shape = decode && shapeOf(decode);
  if (shape?.kind === 'optional' || shape?.kind === 'nested') return formOf(shape.inner, value);
  if (shape?.kind !== 'either') return shape;
  const forms = shape.forms.map((form) => formOf(form, value));
  return forms.find((form) => form !== undefined && jsonKind(form) === kindOf(value)) ?? forms[0];
}

/** Whether a value has the type of the contract; a single value also needs its format. */
function fits(decode: FieldDecoder<unknown>, shape: Shape, value: unknown, kind: ValueKind): boolean {
  if (kind === 'null') return isNullable(decode);
  if (jsonKind(shape) !== kind) return false;
  return shape.kind !== 'value' || decode(value, silent, '') !== undecodable;
}

/** Whether null or an empty text means that a value is not set. */
function isNullable(decode: FieldDecoder<unknown>): boolean {
  const shape = shapeOf(decode);
  if (shape?.kind === 'value') return decode(null, silent, '') !== undecodable;
  return shape?.kind === 'optional' || shape?.kind === 'nested' || shape?.kind === 'either';
}

/** The kind of JSON value of a shape. */
export function jsonKind(shape: Shape): ValueKind | undefined {
  if (shape.kind === 'value') return shape.json;
  if (shape.kind === 'list') return 'array';
  return shape.kind === 'row' ? 'object' : undefined;
}

/** The decoders of an object by the wire's names, with values of an inner object together; undefined where there is none. */
function decodersByWireName({ names, fields }: RowShape): Map<string, FieldDecoder<unknown> | undefined> {
  const decoders = new Map<string, FieldDecoder<unknown> | undefined>();
  const nested = new Map<string, Record<string, FieldDecoder<unknown>>>();
  for (const [name, wireName] of Object.entries(names)) {
    const shape = fields[name] && shapeOf(fields[name]);
    if (shape?.kind === 'nested') {
      nested.set(wireName, { ...nested.get(wireName), [shape.wireName]: shape.inner });
    } else decoders.set(wireName, decoders.get(wireName) ?? fields[name]);
  }
  for (const [wireName, inner] of nested) {
    const same = Object.fromEntries(Object.keys(inner).map((name) => [name, name]));
    decoders.set(wireName, optional(rowDecoder(same, inner)));
  }
  return decoders;
}

function joinPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function count(counts: Map<ValueKind, number>, kind: ValueKind): void {
  counts.set(kind, (counts.get(kind) ?? 0) + 1);
}

const silent: DecodeReporter = { onUndecodable: () => undefined };
