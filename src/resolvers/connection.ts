import type { Context } from '../context.ts';
import type { ChildCursors, CursorPosition } from './child-cursors.ts';
import { parsePageSize } from './input/page-size.ts';
import { InputValidator } from './input/validator.ts';

/** The arguments of a connection that is read forward. */
export type PageArgs = { first?: number | null | undefined; after?: string | null | undefined };

/** Parsed arguments of a connection that is read forward. */
export type ForwardPage = { readonly size: number; readonly after: CursorPosition | undefined };

/** The sort key of a row: newest time first, rows of the same time by the second text. */
export type RowKey = readonly [time: string, tie: string];

/** The type `PageInfo` of Relay. */
export type PageInfo = {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor: string | null;
  endCursor: string | null;
};

/** A connection of Relay. */
export type Connection<T> = {
  /** The number of rows on all pages, if the upstream sends it. */
  totalCount: number | undefined;
  edges: readonly Edge<T>[];
  pageInfo: PageInfo;
};

/** An edge of Relay. */
export type Edge<T> = { readonly cursor: string; readonly node: T };

/**
 * Parses the arguments of a page, before anything is loaded for it.
 *
 * @throws {BadUserInput} for an invalid `first`, {CursorInvalid} for an invalid `after`
 */
export function parseForwardPage(
  args: PageArgs,
  limits: Pick<Context, 'maxPageSize'>,
  cursors: ChildCursors,
): ForwardPage {
  const size = parseSize(args, limits);
  return { size, after: args.after == null ? undefined : cursors.decrypt(args.after) };
}

/**
 * Parses the arguments of a page whose contact is not loaded yet.
 *
 * @returns null for a page behind a cursor, which only the contact that it belongs to can check
 * @throws {BadUserInput} for an invalid `first`
 */
export function parseFirstPage(args: PageArgs, limits: Pick<Context, 'maxPageSize'>): ForwardPage | null {
  const size = parseSize(args, limits);
  return args.after == null ? { size, after: undefined } : null;
}

/**
 * Parses the size of a page.
 *
 * @param validator the problems of further arguments, which are reported together with that of the size
 * @throws {BadUserInput} for all problems of the validator
 */
export function parseSize(
  { first }: PageArgs,
  limits: Pick<Context, 'maxPageSize'>,
  validator = new InputValidator(),
): number {
  const size = parsePageSize(validator, 'first', first, limits);
  validator.throwProblems();
  return size;
}

/**
 * Paginates rows that the upstream returned all at once, newest first.
 *
 * A cursor contains the sort key of its row, so that it stays valid when rows are added or the row itself is removed. Rows with
 * the same key are numbered.
 */
export function paginateRows<T>(
  rows: readonly T[],
  keyOf: (row: T) => RowKey,
  { size, after }: ForwardPage,
  cursors: ChildCursors,
): Connection<T> {
  const sorted = newestFirst(rows.map((node) => new KeyedEdge(node, keyOf(node), cursors)));
  const start = after === undefined ? 0 : startAfter(sorted, after);
  const edges = sorted.slice(start, start + size);
  return {
    totalCount: rows.length,
    edges,
    pageInfo: new LazyPageInfo(start > 0, start + size < rows.length, (index) => edges.at(index)?.cursor ?? null),
  };
}

/**
 * A `PageInfo` that computes its cursors when they are read. It is a class because V8 gives a getter in an object literal a
 * hidden class of its own (ADR 20).
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

/** An edge that computes its cursor when it is read: most clients read the last one only. */
class KeyedEdge<T> implements Edge<T> {
  readonly node: T;
  readonly key: RowKey;
  readonly #cursors: ChildCursors;
  /** The number of rows before this one that have the same key. */
  ordinal = 0;

  constructor(node: T, key: RowKey, cursors: ChildCursors) {
    this.node = node;
    this.key = key;
    this.#cursors = cursors;
  }

  get cursor(): string {
    return this.#cursors.encrypt([...this.key, this.ordinal]);
  }
}

/** The rows up to a position, as `paginateRows` sorts them. */
export function rowsUpTo<T>(rows: readonly T[], keyOf: (row: T) => RowKey, after: CursorPosition): readonly T[] {
  const sorted = newestFirst(rows.map((node) => ({ node, key: keyOf(node), ordinal: 0 })));
  return sorted.slice(0, startAfter(sorted, after)).map(({ node }) => node);
}

type Keyed = readonly { readonly key: RowKey }[];

/** Sorts rows, unless they are sorted as most are, and numbers rows with the same key. */
function newestFirst<E extends { readonly key: RowKey; ordinal: number }>(edges: E[]): readonly E[] {
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

/** Compares sort keys: newest time first, then by the second text. */
function compare(a: RowKey, b: RowKey): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? 1 : -1;
  return a[1] === b[1] ? 0 : a[1] < b[1] ? -1 : 1;
}

/** Finds the index of the first row after the cursor's row, which may have been removed. */
function startAfter(sorted: Keyed, [time, tie, ordinal]: CursorPosition): number {
  const from = sorted.findIndex(({ key }) => compare(key, [time, tie]) >= 0);
  if (from === -1) return sorted.length;
  const behind = sorted.findIndex(({ key }, index) => index >= from && compare(key, [time, tie]) > 0);
  return Math.min(from + ordinal + 1, behind === -1 ? sorted.length : behind);
}
