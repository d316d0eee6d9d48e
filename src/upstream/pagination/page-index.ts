import type { Contact } from '../endpoints/contact.ts';

/** The contacts on the pages that one operation has read: they need no call of their own. */
export type PageIndex = {
  /** Adds the rows of a page. */
  add(rows: readonly Contact[]): void;
  find(cid: string): Contact | undefined;
  /** Called when a contact was written: the rows of earlier and later pages no longer count as its current state. */
  remove(cid: string): void;
};

/** Creates an index that is built at the first `find`, because most operations never look a row of a page up. */
export function createPageIndex(): PageIndex {
  let newPages: (readonly Contact[])[] = [];
  const contactsByCid = new Map<string, Contact>();
  const removed = new Set<string>();
  return {
    add: (rows) => void newPages.push(rows),
    find(cid) {
      if (removed.has(cid)) return undefined;
      for (const rows of newPages) for (const contact of rows) contactsByCid.set(contact.cid, contact);
      newPages = [];
      return contactsByCid.get(cid);
    },
    remove: (cid) => void removed.add(cid),
  };
}
