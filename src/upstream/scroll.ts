import { Forbidden, NotFound } from '../errors.ts';
import type { Contact } from './contact.ts';
import { type ContactPage, type ContactQuery, continueScroll, openScroll, readContacts } from './contacts.ts';
import type { Seen } from './seen.ts';
import type { Upstream } from './upstream.ts';

/** The list of contacts as one operation sees it. What a page holds is seen: its rows need no call of their own. */
export type Scrolls = {
  open(query: ContactQuery, size: number): Promise<ContactPage>;
  continue(query: ContactQuery, size: number, sid: string): Promise<ContactPage>;
  /** The rows of a page that was kept. */
  read(body: Buffer): readonly Contact[];
};

export function createScrolls(upstream: Upstream, { add }: Seen): Scrolls {
  return {
    open: (query, size) => openScroll(upstream, query, size).then(add, forbiddenIfMissing),
    continue: (query, size, sid) => continueScroll(upstream, query, size, sid).then(add),
    read: (body) => readContacts(body, upstream.reporter),
  };
}

/** Where a scroll begins, only the organization can be missing. */
function forbiddenIfMissing(error: unknown): never {
  throw error instanceof NotFound
    ? new Forbidden('The upstream does not know this organization.', { cause: error })
    : error;
}
