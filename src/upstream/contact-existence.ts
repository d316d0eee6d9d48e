import type DataLoader from 'dataloader';
import { createPromiseLoader } from '../async/promise-loader.ts';
import { Gone, NotFound } from '../errors.ts';
import { AddressNotFound } from './client/errors.ts';
import type { Contact } from './endpoints/contact.ts';
import { type ContactExistence, type ExistenceKey, noContact, readExistence } from './endpoints/contact-existence.ts';
import type { ContactQuery } from './endpoints/contacts.ts';
import type { Upstream } from './operation/upstream.ts';
import type { UpstreamUsage } from './operation/usage.ts';
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
  readonly usage: Pick<UpstreamUsage, 'addUnforeseen'>;
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
    const existence = availability.isAvailable() ? await check(key) : undefined;
    return existence ?? search(key, fallback);
  }

  /** @returns undefined where the upstream does not have the call */
  async function check(key: ExistenceKey): Promise<ContactExistence | undefined> {
    try {
      const existence = await readExistence(upstream, key);
      availability.confirm();
      return existence;
    } catch (error) {
      if (error instanceof AddressNotFound || error instanceof Gone) {
        fallback.usage.addUnforeseen(1);
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
      loader ??= createPromiseLoader((keys: readonly ExistenceKey[]) => keys.map(read), {
        cacheKeyFn: ({ name, value }) => `${name} ${value}`,
      });
      return loader.load(key);
    },
    clearAll: () => void loader?.clearAll(),
  };
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
