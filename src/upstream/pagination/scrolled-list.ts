import type { ResponseBody } from '../client/body.ts';
import type { ListPage } from '../endpoints/list-page.ts';

/**
 * A list of the upstream that is read through scrolls: one filter and one order, for one operation. Pagination knows nothing
 * else about the rows.
 */
export type ScrolledList<Row> = {
  /** Opens a scroll over the part of the list within bounds, and returns its first page. */
  open(size: number, bounds: Bounds): Promise<ListPage<Row>>;
  /** Reads the next page of a scroll, which the upstream returns once only. */
  continue(size: number, bounds: Bounds, sid: string): Promise<ListPage<Row>>;
  /** Reads the rows of a page from its body: one that was received, or the result of `serialize`. */
  read(body: Buffer | ResponseBody): readonly Row[];
  /** Returns rows as the body of a page. */
  serialize(rows: readonly Row[]): Buffer;
  /** Reports that the upstream has miscounted the rows of a scroll. */
  reportWrongTotal(): void;
  /** What identifies a row within the list. */
  idOf(row: Row): string;
  /** The order by time, if the list has one: only then can a scroll be opened in the middle of the list. */
  readonly order: TimeOrder<Row> | undefined;
  /** The same list from its other end. */
  reversed(): ScrolledList<Row>;
};

/** An order by time. */
export type TimeOrder<Row> = {
  /** The time of a row; an empty text for a row without one. */
  timeOf(row: Row): string;
  /** Whether the latest time comes first. */
  readonly reverse: boolean;
  /** The bounds of a scroll that returns the rows from a position on, with all rows of the position's own time. */
  boundsAt(position: { readonly sortValue: string; readonly openedAt: string }): Bounds;
  /** Whether rows of the same time come in the same order in each scroll. */
  readonly tiesKeepOrder: boolean;
};

/** The bounds of a scroll by the list's own names: times in ms since 1970, because they are stored as JSON. */
export type Bounds = Readonly<Partial<Record<string, number>>>;
