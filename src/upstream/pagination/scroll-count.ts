import { UpstreamBadResponse } from '../../errors.ts';
import type { ListPage } from '../endpoints/list-page.ts';

/** What a page of a scroll says about the number of rows. */
type Counted = Pick<ListPage<unknown>, 'total' | 'returned' | 'sid'>;

/**
 * What the upstream states about the number of rows of one scroll, as long as nothing contradicts it. A scroll ends with an
 * empty page or without a `sid`; its count never decides that. It only shows when such an end must be confirmed (ADR 29).
 */
export type ScrollCount = {
  /** The number of rows that the upstream states. */
  readonly total: number;
  /** The number of rows that it has returned so far, including those that could not be decoded. */
  readonly read: number;
};

/** The count of a scroll after its first page; undefined where the upstream states no plausible one. */
export function countOfFirstPage({ total, returned }: Counted): ScrollCount | undefined {
  return total === undefined ? undefined : { total, read: returned };
}

/** The count after one more page; undefined if the page contradicts it, by its own total or by more rows than stated. */
export function countAfter(count: ScrollCount | undefined, { total, returned }: Counted): ScrollCount | undefined {
  if (count === undefined || (total !== undefined && total !== count.total)) return undefined;
  const read = count.read + returned;
  return read > count.total ? undefined : { ...count, read };
}

/** Whether the upstream states that more rows follow. */
function hasDueRows(count: ScrollCount | undefined): boolean {
  return count !== undefined && count.read < count.total;
}

/** Whether the upstream states that no more rows follow. */
export function statesEnd(count: ScrollCount | undefined): boolean {
  return count !== undefined && count.read === count.total;
}

/** Whether a page ends its list. A short page need not be the last one, and neither need be one after which rows are due. */
export function isLast({ returned, sid }: Counted, count: ScrollCount | undefined): boolean {
  return (returned === 0 || sid === undefined) && !hasDueRows(count);
}

/** The error of a list of which the upstream returns fewer rows than it states. */
export function rowsMissing(): UpstreamBadResponse {
  return new UpstreamBadResponse('The upstream ended a list before all of its rows.');
}
