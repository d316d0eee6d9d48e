import type { ValueKind } from './value-kind.ts';

/** The result of a decoder for a value that does not fit the contract. */
export const undecodable = Symbol('undecodable');

/**
 * Receives the path of each value that could not be decoded, without array indexes, like `events.when.createdAt`, and what
 * the value is.
 */
export type DecodeReporter = { onUndecodable(path: string, kind: ValueKind): void };

/**
 * Decodes one value of the wire into its normal form. A decoder of an object or array reports the values in it that do not fit
 * to `holder`, under `name`, which is the value's own name in its holder.
 */
export type FieldDecoder<T> = (value: unknown, holder: DecodeReporter, name: string) => T | typeof undecodable;

/**
 * What a decoder reads. A decoder is a function, which only tells whether it can read a value; its shape also tells which
 * names and types the contract has, for the comparison of an upstream with the contract (`src/doctor/`).
 */
export type Shape =
  /** A single value: the JSON type in which the upstream writes it, although others may be readable, and its format in words. */
  | { readonly kind: 'value'; readonly json: 'string' | 'number' | 'boolean' | 'object'; readonly format: string }
  | RowShape
  | { readonly kind: 'list'; readonly element: FieldDecoder<unknown> }
  /** A value that may be null. */
  | { readonly kind: 'optional'; readonly inner: FieldDecoder<unknown> }
  /** A value of the object that has the field's name. */
  | { readonly kind: 'nested'; readonly wireName: string; readonly inner: FieldDecoder<unknown> }
  /** A value in one of several forms. */
  | { readonly kind: 'either'; readonly forms: readonly FieldDecoder<unknown>[] };

/** An object with names. */
export type RowShape = {
  readonly kind: 'row';
  /** The wire's names by ours; some may have no decoder. */
  readonly names: Readonly<Record<string, string>>;
  /** The decoders by our names. */
  readonly fields: Readonly<Record<string, FieldDecoder<unknown>>>;
  /** Our names of the fields that are in each object. */
  readonly required: readonly string[];
  /** Brings an object from another spelling into the one of `names`. */
  readonly normalize?: (row: Record<string, unknown>) => void;
};

const shapes = new WeakMap<object, Shape>();

/** Records the shape of a decoder, and returns the decoder. */
export function withShape<D extends object>(decoder: D, shape: Shape): D {
  shapes.set(decoder, shape);
  return decoder;
}

/** Returns the shape of a decoder; undefined if none is recorded. */
export function shapeOf(decoder: FieldDecoder<unknown>): Shape | undefined {
  return shapes.get(decoder);
}
