import type { Contact } from '../endpoints/contact.ts';
import type { FoundContacts } from '../endpoints/contacts.ts';

/** The contacts on the pages that one operation has read: they need no call of their own. */
export type PageIndex = {
  /** Adds a page, and returns it. */
  add<P extends FoundContacts>(page: P): P;
  find(cid: string): Contact | undefined;
  /** Called when a contact was written: the rows of earlier and later pages no longer count as its current state. */
  remove(cid: string): void;
};

/** Creates an index that is built at the first `find`, because most operations never look a row of a page up. */
export function createPageIndex(): PageIndex {
  let newPages: FoundContacts[] = [];
  const contactsByCid = new Map<string, Contact>();
  const removed = new Set<string>();
  return {
    add(page) {
      newPages.push(page);
      return page;
    },
    find(cid) {
      if (removed.has(cid)) return undefined;
      for (const { contacts } of newPages) for (const contact of contacts) contactsByCid.set(contact.cid, contact);
      newPages = [];
      return contactsByCid.get(cid);
    },
    remove: (cid) => void removed.add(cid),
  };
}
