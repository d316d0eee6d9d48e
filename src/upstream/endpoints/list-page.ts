import type { ResponseBody } from '../client/body.ts';
import { type FieldDecoder, undecodable } from '../decode/fields.ts';

/** One page of a scroll. */
export type ListPage<Row> = {
  /** The rows that could be decoded and belong to the list. */
  readonly rows: readonly Row[];
  /** The id of the first row that could be decoded: a scroll that returns the same page again shows by it. */
  readonly firstId: string | undefined;
  /** The number of rows that the upstream returned, including those that are not among `rows`. */
  readonly returned: number;
  /** The scroll id of the next page; undefined if the upstream ends the scroll with this page. */
  readonly sid: string | undefined;
  /** The number of rows that match, if the upstream states a plausible one. It may be wrong nevertheless. */
  readonly total: number | undefined;
  /** When the upstream answered. */
  readonly generated: string | undefined;
  /** The body as it was received, from which exactly these rows can be read again; undefined for rows of several bodies. */
  readonly body: ResponseBody | undefined;
};

/**
 * Returns the decoder of a page's rows. It decodes a copy of the array, because another operation may decode the body's rows
 * again.
 *
 * @param list the decoder of the array
 */
export function pageRows<Row>(
  list: FieldDecoder<readonly Row[]>,
): FieldDecoder<{ rows: readonly Row[]; returned: number }> {
  return (value, holder, name) => {
    if (!Array.isArray(value)) return undecodable;
    const rows = list([...value], holder, name);
    return rows === undecodable ? undecodable : { rows, returned: value.length };
  };
}

/** Decodes a scroll id. An absent, null or empty one ends the scroll. */
export const scrollIdOrEnd: FieldDecoder<string | null> = (value) => {
  if (value == null || value === '') return null;
  return typeof value === 'string' ? value : undecodable;
};
