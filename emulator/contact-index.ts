import type { Contact } from './contact.ts';

/** What the list can be searched by, exactly [doc], and where a contact keeps it. */
export const searchFields = {
  email: ({ email }: Contact) => email,
  phone: ({ phone }: Contact) => phone,
  username: ({ username }: Contact) => username,
  extId: ({ extId }: Contact) => extId?.id,
  extProp1: ({ extId }: Contact) => extId?.prop1,
  extProp2: ({ extId }: Contact) => extId?.prop2,
} as const;

export type SearchField = keyof typeof searchFields;

export type ContactIndex = {
  /** Contacts with exactly this value, oldest entry first. */
  find(field: SearchField, value: string): readonly Contact[];
  /** Keeps up with a write: insertion has no `before`, removal no `after`. */
  move(before: Contact | undefined, after: Contact | undefined): void;
};

type Entries = Map<unknown, readonly Contact[]>;

/** Maps from value to contacts; each field's is built when it is first asked for, which keeps the start short. */
export function createContactIndex(all: () => Iterable<Contact>): ContactIndex {
  const built = new Map<SearchField, Entries>();

  function entriesOf(field: SearchField): Entries {
    const known = built.get(field);
    if (known !== undefined) return known;
    const entries: Entries = new Map();
    for (const contact of all()) add(entries, searchFields[field](contact), contact);
    built.set(field, entries);
    return entries;
  }

  return {
    find: (field, value) => entriesOf(field).get(value) ?? [],
    move(before, after) {
      for (const [field, entries] of built) {
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
  const known = entries.get(value);
  entries.set(value, known === undefined ? [contact] : [...known, contact]);
}

function replace(entries: Entries, value: unknown, before: Contact, after?: Contact): void {
  const rest = entries.get(value)?.flatMap((contact) => (contact === before ? (after ?? []) : contact));
  if (rest === undefined) return;
  if (rest.length > 0) entries.set(value, rest);
  else entries.delete(value);
}
