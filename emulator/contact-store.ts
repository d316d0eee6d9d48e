import { type Contact, type Profile, type ProfileOnly, splitProfile } from './contact.ts';
import { type ContactIndex, createContactIndex } from './contact-index.ts';

export type ContactStore = {
  /** All contacts in the order of their insertion. A write makes another array; this one stays as it is. */
  rows(): readonly Contact[];
  find(cid: string): Contact | undefined;
  profile(cid: string): Profile | undefined;
  search: ContactIndex['find'];
  /** Adds a contact; one that is there already is replaced where it stands. */
  put(profile: Profile): void;
  /** Changes some fields; false when there is no such contact. */
  patch(cid: string, changes: Partial<Profile>): boolean;
  remove(cid: string): boolean;
};

/**
 * The contacts of one organization.
 *
 * @param profileOf what only the profile shows of a contact that nobody has written to yet
 */
export function createContactStore(
  contacts: readonly Contact[],
  profileOf: (contact: Contact) => ProfileOnly,
): ContactStore {
  // A Map keeps the order of insertion, lets a value be replaced in its place, and forgets in constant time.
  const byCid = new Map(contacts.map((contact) => [contact.cid, contact]));
  const written = new Map<string, ProfileOnly>();
  const index = createContactIndex(() => byCid.values());
  let rows: readonly Contact[] | undefined = contacts;

  function profile(cid: string): Profile | undefined {
    const contact = byCid.get(cid);
    return contact && { ...contact, ...(written.get(cid) ?? profileOf(contact)) };
  }

  function put(profile: Profile): void {
    const { row, rest } = splitProfile(profile);
    index.move(byCid.get(row.cid), row);
    byCid.set(row.cid, row);
    written.set(row.cid, rest);
    rows = undefined;
  }

  return {
    rows: () => (rows ??= [...byCid.values()]),
    find: (cid) => byCid.get(cid),
    profile,
    search: index.find,
    put,
    patch(cid, changes) {
      const known = profile(cid);
      if (known === undefined) return false;
      put({ ...known, ...changes, cid });
      return true;
    },
    remove(cid) {
      index.move(byCid.get(cid), undefined);
      written.delete(cid);
      rows = undefined;
      return byCid.delete(cid);
    },
  };
}
