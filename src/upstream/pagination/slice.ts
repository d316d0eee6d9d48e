import type { LogOffset } from '../write-log/entries.ts';
import type { RowVersion } from '../write-log/stale-rows.ts';
import type { Position } from './position.ts';
import type { ScrollSessions } from './scroll-sessions.ts';
import type { ScrolledList } from './scrolled-list.ts';
import type { ScrollSessionsOptions } from './session-reader.ts';

/** Consecutive rows of a list, as a connection shows them. */
export type Slice<Row> = {
  readonly rows: readonly Row[];
  /** The position directly after each row. */
  positions(): readonly Position[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Number of rows of the whole list, where the upstream says so. */
  readonly total: number | undefined;
  readonly version: RowVersion;
};

/** The options of a paginator. */
export type PaginatorOptions<Row> = ScrollSessionsOptions<Row> & {
  /** Maximum number of rows that are read again from the start to find a position in an order that is not by time. */
  maxRescanRows: number;
  /** The writes that everything read from now on includes. */
  offset: LogOffset | undefined;
};

/** What reading forward, reading backward and rescanning have in common. */
export type PaginatorParts<Row> = Pick<PaginatorOptions<Row>, 'maxRescanRows' | 'offset'> & {
  list: ScrolledList<Row>;
  sessions: ScrollSessions<Row>;
};
