import type DataLoader from 'dataloader';
import { Forbidden, NotFound } from '../errors.ts';
import type { Contact } from './contact.ts';
import { type ContactPage, type ContactQuery, continueScroll, openScroll } from './contacts.ts';
import type { Upstream } from './upstream.ts';

/** The list of contacts as one operation sees it. A page primes the contact loader: its rows need no call of their own. */
export type Scrolls = {
  open(query: ContactQuery, size: number): Promise<ContactPage>;
  continue(query: ContactQuery, size: number, sid: string): Promise<ContactPage>;
};

export function createScrolls(upstream: Upstream, contacts: DataLoader<string, Contact>): Scrolls {
  function prime(page: ContactPage): ContactPage {
    for (const contact of page.contacts) contacts.prime(contact.cid, contact);
    return page;
  }
  return {
    open: async (query, size) => prime(await openScroll(upstream, query, size).catch(forbiddenIfMissing)),
    continue: async (query, size, sid) => prime(await continueScroll(upstream, query, size, sid)),
  };
}

/** Where a scroll begins, only the organization can be missing. */
function forbiddenIfMissing(error: unknown): never {
  throw error instanceof NotFound
    ? new Forbidden('The upstream does not know this organization.', { cause: error })
    : error;
}
