import type { ListPage } from '../endpoints/list-page.ts';
import type { ScrolledList } from './scrolled-list.ts';

/** Rows that were read, with the response body from which exactly these rows are decoded, if there is one. */
export type ReadRows<Row> = Pick<ListPage<Row>, 'rows'> & Partial<Pick<ListPage<Row>, 'body'>>;

/** The rows of several pages. */
export function rowsOf<Row>(pages: readonly ReadRows<Row>[]): readonly Row[] {
  return pages.length === 1 ? (pages[0]?.rows ?? []) : pages.flatMap(({ rows }) => rows);
}

/** The body of one page with all rows. A single response body is kept as it is, so that its rows are not serialized. */
export function bodyOf<Row>({ serialize }: ScrolledList<Row>, pages: readonly ReadRows<Row>[]): Buffer {
  const [{ body = undefined } = {}, ...more] = pages.filter(({ rows }) => rows.length > 0);
  return body !== undefined && more.length === 0 ? body.bytes : serialize(rowsOf(pages));
}
