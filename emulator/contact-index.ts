import type { Contact } from './contact.ts';

/** The fields that the list can be searched by with an exact value [doc], each with its getter. */
export const searchFields = {
  email: ({ email }: Contact) => email,
  phone: ({ phone }: Contact) => phone,
  username: ({ username }: Contact) => username,
  extId: ({ extId }: Contact) => extId?.id,
  extProp1: ({ extId }: Contact) => extId?.prop1,
  extProp2: ({ extId }: Contact) => extId?.prop2,
} as const;

/** The name of a field that the list can be searched by. */
export type SearchField = keyof typeof searchFields;

/** Finds contacts by the exact value of a field. */
export type ContactIndex = {
  /** Returns the contacts with exactly this value, in the order of their insertion. */
  find(field: SearchField, value: string): readonly Contact[];
  /** Updates the index after a write: an insertion has no `before`, a removal has no `after`. */
  update(before: Contact | undefined, after: Contact | undefined): void;
};

type Entries = Map<unknown, readonly Contact[]>;

/**
 * Creates an index with one map from value to contacts per field. A map is built at the first search by its field,
 * which keeps the start of the emulator short.
 *
 * @param all returns all contacts in the order of their insertion
 */
export function createContactIndex(all: () => Iterable<Contact>): ContactIndex {
  const indexes = new Map<SearchField, Entries>();

  function entriesOf(field: SearchField): Entries {
    const existing = indexes.get(field);
    if (existing !== undefined) return existing;
    const entries: Entries = new Map();
    for (const contact of all()) add(entries, searchFields[field](contact), contact);
    indexes.set(field, entries);
    return entries;
  }

  return {
    find: (field, value) => entriesOf(field).get(value) ?? [],
    update(before, after) {
      for (const [field, entries] of indexes) {
        const from = before && searchFields[field](before);
        const to = after && searchFields[field](after);
        if (before && after && from === to) replace(entries, from, before, after);
        else {
          if (before) replace(entries, from, before);
          if (after) add(entries, to, after);
        }
      }
    },
  };
}

function add(entries: Entries, value: unknown, contact: Contact): void {
  if (typeof value !== 'string') return;
  const existing = entries.get(value);
  entries.set(value, existing === undefined ? [contact] : [...existing, contact]);
}

function replace(entries: Entries, value: unknown, before: Contact, after?: Contact): void {
  const rest = entries.get(value)?.flatMap((contact) => (contact === before ? (after ?? []) : contact));
  if (rest === undefined) return;
  if (rest.length > 0) entries.set(value, rest);
  else entries.delete(value);
}
