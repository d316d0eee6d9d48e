import type { Context } from '../context.ts';
import { CursorInvalid } from '../errors.ts';
import { parsePageSize } from './input/page-size.ts';

export type PageArgs = { first?: number | null | undefined; after?: string | null | undefined };

/** Where a row stands: rows run from the largest time to the smallest, rows of one time by their tie. */
export type RowKey = readonly [time: string, tie: string];

export type PageInfo = {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor: string | null;
  endCursor: string | null;
};

export type Connection<T> = {
  /** Rows on all pages, where the upstream tells. */
  totalCount: number | undefined;
  edges: readonly Edge<T>[];
  pageInfo: PageInfo;
};

export type Edge<T> = { readonly cursor: string; readonly node: T };

/**
 * A page of rows that the upstream returned all at once, newest first.
 *
 * A cursor holds the key of its row, so that it stays good when newer rows appear or its own row goes. Rows with the
 * same key cannot be told apart and are numbered.
 *
 * @throws {BadUserInput} for a bad `first`, {CursorInvalid} for a bad `after`
 */
export function paginateRows<T>(
  rows: readonly T[],
  keyOf: (row: T) => RowKey,
  { first, after }: PageArgs,
  limits: Pick<Context, 'maxPageSize'>,
): Connection<T> {
  const size = parsePageSize(first, limits);
  const sorted = newestFirst(rows.map((node) => new KeyedEdge(node, keyOf(node))));
  const start = after == null ? 0 : startAfter(sorted, after);
  const edges = sorted.slice(start, start + size);
  return {
    totalCount: rows.length,
    edges,
    pageInfo: new LazyPageInfo(start > 0, start + size < rows.length, (index) => edges.at(index)?.cursor ?? null),
  };
}

/**
 * Its cursors are written when they are asked for. Never a literal with getters, each of which would have a hidden class
 * of its own: see `upstream/usage.ts`.
 */
export class LazyPageInfo implements PageInfo {
  readonly hasPreviousPage: boolean;
  readonly hasNextPage: boolean;
  readonly #cursorAt: (index: number) => string | null;

  constructor(hasPreviousPage: boolean, hasNextPage: boolean, cursorAt: (index: number) => string | null) {
    this.hasPreviousPage = hasPreviousPage;
    this.hasNextPage = hasNextPage;
    this.#cursorAt = cursorAt;
  }

  get startCursor(): string | null {
    return this.#cursorAt(0);
  }

  get endCursor(): string | null {
    return this.#cursorAt(-1);
  }
}

/** Its cursor is written when it is asked for: hardly anybody asks for more than the last. */
class KeyedEdge<T> implements Edge<T> {
  readonly node: T;
  readonly key: RowKey;
  /** How many rows with the same key stand before this one. */
  ordinal = 0;

  constructor(node: T, key: RowKey) {
    this.node = node;
    this.key = key;
  }

  get cursor(): string {
    return toCursor(this.key, this.ordinal);
  }
}

type Keyed = readonly { readonly key: RowKey }[];

/** Sorts rows that are not sorted yet, which most are as they come, and numbers those of one key. */
function newestFirst<T>(edges: KeyedEdge<T>[]): readonly KeyedEdge<T>[] {
  if (!isSorted(edges)) edges.sort((a, b) => compare(a.key, b.key));
  let last = edges[0];
  for (const edge of edges) {
    if (edge !== last && last !== undefined && compare(last.key, edge.key) === 0) edge.ordinal = last.ordinal + 1;
    last = edge;
  }
  return edges;
}

function isSorted(rows: Keyed): boolean {
  let last = rows[0];
  for (const row of rows) {
    if (last !== undefined && compare(last.key, row.key) > 0) return false;
    last = row;
  }
  return true;
}

/** From the newest to the oldest, and of one time by the tie. */
function compare(a: RowKey, b: RowKey): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? 1 : -1;
  return a[1] === b[1] ? 0 : a[1] < b[1] ? -1 : 1;
}

/** The index of the first row behind the cursor's, whether that row is still there or not. */
function startAfter(sorted: Keyed, cursor: string): number {
  const [time, tie, ordinal] = fromCursor(cursor);
  const from = sorted.findIndex(({ key }) => compare(key, [time, tie]) >= 0);
  if (from === -1) return sorted.length;
  const behind = sorted.findIndex(({ key }, index) => index >= from && compare(key, [time, tie]) > 0);
  return Math.min(from + ordinal + 1, behind === -1 ? sorted.length : behind);
}

function toCursor([time, tie]: RowKey, ordinal: number): string {
  return Buffer.from(JSON.stringify([time, tie, ordinal])).toString('base64url');
}

function fromCursor(cursor: string): [time: string, tie: string, ordinal: number] {
  try {
    const [time, tie, ordinal] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (typeof time === 'string' && typeof tie === 'string' && Number.isSafeInteger(ordinal) && ordinal >= 0)
      return [time, tie, ordinal];
  } catch {
    // Not a cursor of ours: the same answer as for one of the wrong shape.
  }
  throw new CursorInvalid('This cursor is not one that this connection returned.');
}
