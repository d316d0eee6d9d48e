import { createHash } from 'node:crypto';
import type { Context } from '../context.ts';
import { decodePosition, encodePosition, type Position, type Slice } from '../model.ts';
import { type Connection, LazyPageInfo } from './connection.ts';

/** The cursors of one list, which are valid for no other list. */
export type ListCursors = {
  encrypt(position: Position): string;
  /** @throws {CursorInvalid} */
  decrypt(cursor: string): Position;
  /** A text that identifies a place in the list, for a position that no scroll session has returned. */
  idOf(place: string): string;
};

/** Creates the cursors of one list. @param list what distinguishes the list from all others of the organization */
export function createListCursors({ caller, cursorCipher }: Context, ...list: readonly unknown[]): ListCursors {
  const boundTo = createHash('sha256')
    .update(JSON.stringify([caller.organizationId, ...list]))
    .digest('base64url');
  return {
    encrypt: (position) => cursorCipher.encrypt(encodePosition(position), boundTo),
    decrypt: (cursor) => decodePosition(cursorCipher.decrypt(cursor, boundTo)),
    idOf: (place) => `${boundTo} ${place}`,
  };
}

/**
 * Makes a connection of a slice. Cursors and page boundaries are those of its rows.
 *
 * @param nodes what is shown for each row; null for a row that has no edge
 */
export function sliceConnection<T>(
  slice: Slice<unknown>,
  nodes: readonly (T | null)[],
  { encrypt }: ListCursors,
): Connection<T> {
  const positions = lazily(slice.positions);
  function cursorAt(index: number): string {
    const row = positions().at(index);
    if (row === undefined) throw new RangeError('A page has cursors for its own rows only.');
    return encrypt(row);
  }
  const isEmpty = slice.rows.length === 0;
  const edges: SliceEdge<T>[] = [];
  for (const [index, node] of nodes.entries()) if (node !== null) edges.push(new SliceEdge(node, index, cursorAt));
  return {
    totalCount: slice.total,
    edges,
    pageInfo: new LazyPageInfo(slice.hasPreviousPage, slice.hasNextPage, (index) => (isEmpty ? null : cursorAt(index))),
  };
}

/** An edge that encrypts its cursor when it is read: the cursors of a large page are rarely selected. */
class SliceEdge<T> {
  readonly node: T;
  readonly #index: number;
  readonly #cursorAt: (index: number) => string;

  constructor(node: T, index: number, cursorAt: (index: number) => string) {
    this.node = node;
    this.#index = index;
    this.#cursorAt = cursorAt;
  }

  get cursor(): string {
    return this.#cursorAt(this.#index);
  }
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
