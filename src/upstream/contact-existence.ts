import DataLoader from 'dataloader';
import { Gone, NotFound } from '../errors.ts';
import { AddressNotFound } from './client/errors.ts';
import type { Contact } from './endpoints/contact.ts';
import { type ContactExistence, type ExistenceKey, noContact, readExistence } from './endpoints/contact-existence.ts';
import type { ContactQuery } from './endpoints/contacts.ts';
import type { Upstream } from './operation/upstream.ts';
import type { ContactLists } from './pagination/contact-list.ts';
import type { CallAvailability } from './resilience/call-availability.ts';

/** Whether contacts exist, for one operation: the same key costs one call. */
export type ExistenceLoader = {
  load(key: ExistenceKey): Promise<ContactExistence>;
  /** Forgets all results, after a write that may change any of them. */
  clearAll(): void;
};

/** What finds a contact without endpoint 14. */
export type ExistenceFallback = {
  readonly lists: Pick<ContactLists, 'find'>;
  readonly contacts: { load(cid: string): Promise<Contact> };
};

/**
 * Creates the loader of one operation. It uses endpoint 14, and the list or the profile where the upstream does not have
 * that endpoint. A 404 with the envelope of the API says that there is no such contact; one without it says that the address
 * does not exist, and so does a 410. Which of the two holds is a property of the upstream, so all operations of the process
 * share what one of them has found out.
 */
export function createExistenceLoader(
  upstream: Upstream,
  availability: CallAvailability,
  fallback: ExistenceFallback,
): ExistenceLoader {
  let loader: DataLoader<ExistenceKey, ContactExistence, string> | undefined;

  async function read(key: ExistenceKey): Promise<ContactExistence> {
    const existence = availability.isAvailable() ? await ask(key) : undefined;
    return existence ?? search(key, fallback);
  }

  /** @returns undefined where the upstream does not have the call */
  async function ask(key: ExistenceKey): Promise<ContactExistence | undefined> {
    try {
      const existence = await readExistence(upstream, key);
      availability.confirm();
      return existence;
    } catch (error) {
      if (error instanceof AddressNotFound || error instanceof Gone) {
        availability.deny();
        return undefined;
      }
      if (!(error instanceof NotFound)) throw error;
      availability.confirm();
      return noContact;
    }
  }

  return {
    load(key) {
      // Created when it is used: most operations check no existence, and each would hold a loader while it waits.
      loader ??= createLoader(read);
      return loader.load(key);
    },
    clearAll: () => void loader?.clearAll(),
  };
}

/** Each key has a promise of its own, so that a failed or slow call does not affect the others. */
function createLoader(
  read: (key: ExistenceKey) => Promise<ContactExistence>,
): DataLoader<ExistenceKey, ContactExistence, string> {
  return new DataLoader(async (keys) => keys.map(read) as unknown as readonly ContactExistence[], {
    cacheKeyFn: ({ name, value }) => `${name} ${value}`,
  });
}

async function search(
  { name, value }: ExistenceKey,
  { lists, contacts }: ExistenceFallback,
): Promise<ContactExistence> {
  if (name === 'cid') return contacts.load(value).then(toExistence, noContactIfNotFound);
  const query: ContactQuery = name === 'phoneNumber' ? { phone: value } : { [name]: value };
  const [contact] = (await lists.find(query, 1)).contacts;
  return contact === undefined ? noContact : toExistence(contact);
}

function toExistence({ cid, extId }: Contact): ContactExistence {
  return { exists: true, cid, extId: extId?.id ?? null };
}

function noContactIfNotFound(error: unknown): ContactExistence {
  if (error instanceof NotFound) return noContact;
  throw error;
}
