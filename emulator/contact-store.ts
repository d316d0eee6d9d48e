import { type Contact, type Profile, type ProfileOnly, splitProfile } from './contact.ts';
import { type ContactIndex, createContactIndex } from './contact-index.ts';

/** The contacts of one organization. */
export type ContactStore = {
  /** Returns all contacts in the order of their insertion. A write creates a new array and leaves this one unchanged. */
  rows(): readonly Contact[];
  find(cid: string): Contact | undefined;
  profile(cid: string): Profile | undefined;
  search: ContactIndex['find'];
  /** Adds a contact, or replaces the contact with the same cid without changing its position. */
  put(profile: Profile): void;
  /** Changes some fields. Returns false when the contact does not exist. */
  patch(cid: string, changes: Partial<Profile>): boolean;
  /** Removes a contact. Returns false when it does not exist. */
  remove(cid: string): boolean;
};

/**
 * Creates a store.
 *
 * @param contacts the initial rows of the list
 * @param profileOf generates the fields that only the profile has, for contacts that were not changed
 */
export function createContactStore(
  contacts: readonly Contact[],
  profileOf: (contact: Contact) => ProfileOnly,
): ContactStore {
  // A Map keeps the order of insertion when a value is replaced, and deletes in constant time.
  const byCid = new Map(contacts.map((contact) => [contact.cid, contact]));
  const writtenFields = new Map<string, ProfileOnly>();
  const index = createContactIndex(() => byCid.values());
  let rows: readonly Contact[] | undefined = contacts;

  function profile(cid: string): Profile | undefined {
    const contact = byCid.get(cid);
    return contact && { ...contact, ...(writtenFields.get(cid) ?? profileOf(contact)) };
  }

  function put(profile: Profile): void {
    const { row, rest } = splitProfile(profile);
    index.update(byCid.get(row.cid), row);
    byCid.set(row.cid, row);
    writtenFields.set(row.cid, rest);
    rows = undefined;
  }

  return {
    rows: () => (rows ??= [...byCid.values()]),
    find: (cid) => byCid.get(cid),
    profile,
    search: index.find,
    put,
    patch(cid, changes) {
      const current = profile(cid);
      if (current === undefined) return false;
      put({ ...current, ...changes, cid });
      return true;
    },
    remove(cid) {
      index.update(byCid.get(cid), undefined);
      writtenFields.delete(cid);
      rows = undefined;
      return byCid.delete(cid);
    },
  };
}
