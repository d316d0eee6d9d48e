import { Conflict, Forbidden, Gone, NotFound, UpstreamBadResponse, UpstreamUnavailable } from '../../errors.ts';
import type { ResponseBody } from '../client/body.ts';
import type { Contact } from '../endpoints/contact.ts';
import {
  type ContactPage,
  type ContactQuery,
  continueScroll,
  openScroll,
  readContactRows,
  searchContacts,
} from '../endpoints/contacts.ts';
import type { Upstream } from '../operation/upstream.ts';
import type { PageIndex } from './page-index.ts';
import { isLast, isLoop, remainingAfter, type ScrollPage } from './scroll-session.ts';

/** The list of contacts as one operation sees it. What a page holds is seen: its rows need no call of their own. */
export type ContactLists = {
  open(query: ContactQuery, size: number): Promise<ContactPage>;
  /** The first rows, of which nobody reads on: others may get the same page. */
  find(query: ContactQuery, size: number): Promise<ContactPage>;
  continue(query: ContactQuery, size: number, sid: string): Promise<ContactPage>;
  /** The rows of a page that was kept. */
  read(body: Buffer | ResponseBody): readonly Contact[];
};

export function createContactLists(upstream: Upstream, { add }: Pick<PageIndex, 'add'>): ContactLists {
  return {
    open: (query, size) => openScroll(upstream, query, size).then(add, forbiddenIfMissing),
    find: (query, size) => searchContacts(upstream, query, size).then(add, forbiddenIfMissing),
    continue: (query, size, sid) => continueScroll(upstream, query, size, sid).then(add),
    read: (body) => readContactRows(body, upstream.reporter),
  };
}

/**
 * Reads a scroll that nobody else reads from, page by page.
 *
 * A generator has a hidden class of its own, which the old generation keeps: made for an operation, it would keep the
 * operation, and its pages, until the next full collection.
 */
export async function* readScrollPages(
  scrolls: ContactLists,
  query: ContactQuery,
  size: number,
): AsyncGenerator<ScrollPage> {
  let page = await scrolls.open(query, size);
  let remaining = page.total;
  for (;;) {
    remaining = remainingAfter(remaining, page);
    const last = isLast(page, remaining);
    yield { ...page, remaining, last };
    const { sid, contacts } = page;
    if (last || sid === undefined) return;
    page = await scrolls.continue(query, size, sid).catch(unavailableIfDead);
    if (isLoop({ lastPageFirstCid: contacts[0]?.cid }, page)) {
      throw new UpstreamBadResponse('The upstream answered with the same page of a list again.');
    }
  }
}

/** Where a scroll begins, only the organization can be missing. */
function forbiddenIfMissing(error: unknown): never {
  throw error instanceof NotFound
    ? new Forbidden('The upstream does not know this organization.', { cause: error })
    : error;
}

/** A sid dies minutes after its last use and cannot be read twice; the upstream answers 404, 409 or 410 then. */
export function undefinedIfScrollExpired(error: unknown): undefined {
  if (!(error instanceof NotFound || error instanceof Conflict || error instanceof Gone)) throw error;
}

/** A scroll that nobody else has read from dies of the upstream's own troubles only. */
function unavailableIfDead(error: unknown): never {
  undefinedIfScrollExpired(error);
  throw new UpstreamUnavailable('The upstream gave up a list that it had just begun.', { cause: error });
}
