import type { Contact } from '../endpoints/contact.ts';
import type { ContactPage } from '../endpoints/contacts.ts';

/** What the pages of one operation hold: a contact that is on one of them needs no call of its own. */
export type PageIndex = {
  add(page: ContactPage): ContactPage;
  find(cid: string): Contact | undefined;
  /** From now on a contact is not what a page held. */
  remove(cid: string): void;
};

/** Pages have a thousand rows, of which hardly ever one is looked for: they are indexed when that happens. */
export function createPageIndex(): PageIndex {
  let pages: ContactPage[] = [];
  const index = new Map<string, Contact>();
  const forgotten = new Set<string>();
  return {
    add(page) {
      pages.push(page);
      return page;
    },
    find(cid) {
      if (forgotten.has(cid)) return undefined;
      for (const { contacts } of pages) for (const contact of contacts) index.set(contact.cid, contact);
      pages = [];
      return index.get(cid);
    },
    remove: (cid) => void forgotten.add(cid),
  };
}
