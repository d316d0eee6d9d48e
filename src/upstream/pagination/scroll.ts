import { Conflict, Forbidden, Gone, NotFound, UpstreamBadResponse, UpstreamUnavailable } from '../../errors.ts';
import type { ResponseBody } from '../client/body.ts';
import type { Contact } from '../endpoints/contact.ts';
import {
  type ContactPage,
  type ContactQuery,
  continueScroll,
  type FoundContacts,
  openScroll,
  readContactRows,
  searchContacts,
} from '../endpoints/contacts.ts';
import type { Upstream } from '../operation/upstream.ts';
import { payload } from '../wire/index.ts';
import type { PageIndex } from './page-index.ts';
import { countAfter, countOfFirstPage, isLast, rowsMissing } from './scroll-count.ts';
import { isLoop, type ScrollPage } from './scroll-session.ts';

/** The upstream's list of contacts for one operation. Every page that is read goes to the operation's page index. */
export type ContactLists = {
  /** Opens a scroll and returns its first page. */
  open(query: ContactQuery, size: number): Promise<ContactPage>;
  /** Reads the first rows of a list that is not continued, so that operations can share the page. */
  find(query: ContactQuery, size: number): Promise<FoundContacts>;
  /** Reads the next page of a scroll, which the upstream returns once only. */
  continue(query: ContactQuery, size: number, sid: string): Promise<ContactPage>;
  /** Parses the rows of a stored page. */
  read(body: Buffer | ResponseBody): readonly Contact[];
  /** Reports that the upstream has miscounted the rows of a scroll. */
  reportWrongTotal(): void;
};

/** Creates the list of contacts for one operation. */
export function createContactLists(upstream: Upstream, { add }: Pick<PageIndex, 'add'>): ContactLists {
  return {
    open: (query, size) => openScroll(upstream, query, size).then(add, forbiddenIfNotFound),
    find: (query, size) => searchContacts(upstream, query, size).then(add, forbiddenIfNotFound),
    continue: (query, size, sid) => continueScroll(upstream, query, size, sid).then(add),
    read: (body) => readContactRows(body, upstream.reporter),
    reportWrongTotal: () => upstream.reporter.onUndecodable(payload.total, 'contradiction'),
  };
}

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
export async function* readScrollPages(
  scrolls: ContactLists,
  query: ContactQuery,
  size: number,
): AsyncGenerator<ScrollPage> {
  let page = await scrolls.open(query, size);
  let count = countOfFirstPage(page);
  for (let wasEmpty = false; ; ) {
    const last = isLast(page, count);
    const isEmpty = page.returned === 0;
    if (last || !isEmpty) yield { ...page, total: count?.total, count, last };
    if (last) return;
    const { sid, contacts } = page;
    if (sid === undefined || (isEmpty && wasEmpty)) throw rowsMissing();
    wasEmpty = isEmpty;
    page = await scrolls.continue(query, size, sid).catch(unavailableIfScrollExpired);
    if (isLoop({ lastPageFirstCid: contacts[0]?.cid }, page)) throw scrollLoops();
    const hadCount = count !== undefined;
    count = countAfter(count, page);
    if (hadCount && count === undefined) scrolls.reportWrongTotal();
  }
}

/** The error of a scroll that returns the same page again. */
export function scrollLoops(): UpstreamBadResponse {
  return new UpstreamBadResponse('The upstream answered with the same page of a list again.');
}

/** The first page of a list needs nothing but the organization, so that is what was not found. */
function forbiddenIfNotFound(error: unknown): never {
  throw error instanceof NotFound
    ? new Forbidden('The upstream does not know this organization.', { cause: error })
    : error;
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
