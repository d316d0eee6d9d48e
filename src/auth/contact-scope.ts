import { Forbidden, NotFound } from '../errors.ts';
import type { ContactWrites } from '../upstream/contact-writes.ts';
import type { ContactChanges } from '../upstream/endpoints/contact-changes.ts';
import type { ContactQuery } from '../upstream/endpoints/contacts.ts';
import type { Loaders } from '../upstream/loaders.ts';
import type { Paginator } from '../upstream/pagination/paginator.ts';
import type { ContactLists } from '../upstream/pagination/scroll.ts';

/** All that an operation reaches contacts with. */
export type ContactAccess = {
  readonly loaders: { readonly [K in keyof Loaders]: Pick<Loaders[K], 'load'> };
  readonly scrolls: ContactLists;
  readonly writes: ContactWrites;
  readonly readContacts: (query: ContactQuery) => Promise<Paginator>;
};

type Loader<T> = { load(cid: string): Promise<T> };

/**
 * The one place that decides what a customer session reaches: its own contact. Whatever names another one answers as
 * for a contact that does not exist, and lists are for others; nothing of it makes an upstream call. What is not allowed
 * here, by name, is refused.
 */
export function restrictToContact(
  contactId: string,
  all: ContactAccess,
  { mayDelete }: { mayDelete: boolean },
): ContactAccess {
  const { loaders, writes } = all;

  function check(cid: string): void {
    if (cid !== contactId) missing();
  }
  function own<T>(loader: Loader<T>): Loader<T> {
    return {
      load: async (cid) => {
        check(cid);
        return loader.load(cid);
      },
    };
  }
  return {
    loaders: {
      profile: own(loaders.profile),
      contact: own(loaders.contact),
      events: own(loaders.events),
      devices: own(loaders.devices),
      accountings: own(loaders.accountings),
    },
    scrolls: {
      // By anything but the id, which would tell whether somebody else has it.
      find: async () => missing(),
      open: refuse,
      continue: refuse,
      read: () => [],
    },
    writes: {
      async updateContact(cid, changes) {
        check(cid);
        checkChanges(changes);
        return writes.updateContact(cid, changes);
      },
      async setPolicies(cid, acceptances) {
        check(cid);
        return writes.setPolicies(cid, acceptances);
      },
      async deleteContact(cid) {
        if (!mayDelete) return refuse();
        check(cid);
        return writes.deleteContact(cid);
      },
      createContact: refuse,
      issueToken: refuse,
      redeemToken: refuse,
    },
    readContacts: refuse,
  };
}

function missing(): never {
  throw new NotFound('There is no such contact.');
}

async function refuse(): Promise<never> {
  throw new Forbidden('A customer session cannot do this.');
}

/** What an organization knows of a person, which the person could make up: who they are elsewhere, what was confirmed. */
const notByPerson = ['emailVerified', 'phoneVerified', 'doubleOptin', 'extId', 'extProp1', 'extProp2'] as const;

function checkChanges(changes: ContactChanges): void {
  if (notByPerson.some((name) => changes[name] !== undefined)) {
    throw new Forbidden('A customer session cannot set what is verified, a double opt-in, or an external id.');
  }
}
