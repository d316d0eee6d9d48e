import { Conflict, Gone, NotFound, UpstreamBadResponse, UpstreamUnavailable } from '../../errors.ts';
import { countAfter, countOfFirstPage, isLast, rowsMissing } from './scroll-count.ts';
import { isLoop, type ScrollPage } from './scroll-session.ts';
import type { Bounds, ScrolledList } from './scrolled-list.ts';

/**
 * Opens a scroll that has no other reader, and reads it page by page.
 *
 * It is not a closure: V8 gives each generator function a hidden class in the old generation, and that of a closure would
 * keep its operation and all its pages in memory until the next full collection.
 *
 * An empty page while rows are due is passed over once: it may be in the middle of the list.
 *
 * @throws {UpstreamBadResponse} when the scroll returns the same page again, or ends while rows are due
 * @throws {UpstreamUnavailable} when it expires
 */
export async function* readScrollPages<Row>(
  list: ScrolledList<Row>,
  size: number,
  bounds: Bounds,
): AsyncGenerator<ScrollPage<Row>> {
  let page = await list.open(size, bounds);
  let count = countOfFirstPage(page);
  for (let wasEmpty = false; ; ) {
    const last = isLast(page, count);
    const isEmpty = page.returned === 0;
    if (last || !isEmpty) yield { ...page, total: count?.total, count, last };
    if (last) return;
    const { sid, firstId } = page;
    if (sid === undefined || (isEmpty && wasEmpty)) throw rowsMissing();
    wasEmpty = isEmpty;
    page = await list.continue(size, bounds, sid).catch(unavailableIfScrollExpired);
    if (isLoop({ lastPageFirstId: firstId }, page)) throw scrollLoops();
    const hadCount = count !== undefined;
    count = countAfter(count, page);
    if (hadCount && count === undefined) list.reportWrongTotal();
  }
}

/** The error of a scroll that returns the same page again. */
export function scrollLoops(): UpstreamBadResponse {
  return new UpstreamBadResponse('The upstream answered with the same page of a list again.');
}

/**
 * Handles the error of a scroll's next page. A sid expires minutes after its last use, and can be used once only; the
 * upstream answers 404, 409 or 410 then.
 *
 * @throws every other error
 */
export function undefinedIfScrollExpired(error: unknown): undefined {
  if (!(error instanceof NotFound || error instanceof Conflict || error instanceof Gone)) throw error;
}

/** A scroll without other readers expires only by a fault of the upstream. */
function unavailableIfScrollExpired(error: unknown): never {
  undefinedIfScrollExpired(error);
  throw scrollLost(error);
}

/** The error of a scroll that expired directly after it was opened. */
export function scrollLost(cause?: unknown): UpstreamUnavailable {
  return new UpstreamUnavailable('The upstream closed a list that it had just opened.', { cause });
}
