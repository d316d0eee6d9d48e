import { Detail, Forbidden, NotFound } from '../errors.ts';
import type { ExistenceLoader } from '../upstream/contact-existence.ts';
import type { ContactWrites } from '../upstream/contact-writes.ts';
import type { Contact } from '../upstream/endpoints/contact.ts';
import type { ContactUpdate } from '../upstream/endpoints/contact-changes.ts';
import { noContact } from '../upstream/endpoints/contact-existence.ts';
import type { ContactEvent } from '../upstream/endpoints/event.ts';
import type { EventFilter } from '../upstream/endpoints/event-filter.ts';
import type { EventQuery } from '../upstream/endpoints/events.ts';
import type { OrganizationReads } from '../upstream/endpoints/organization-reads.ts';
import type { Loaders } from '../upstream/loaders.ts';
import type { ContactLists, ContactSelection } from '../upstream/pagination/contact-list.ts';
import type { Paginator } from '../upstream/pagination/paginator.ts';
import { unauthenticatedError } from './bearer.ts';

/** Everything that an operation can do with contacts and with the settings of their organization. */
export type ContactAccess = {
  readonly loaders: { readonly [K in keyof Loaders]: Pick<Loaders[K], 'load'> };
  readonly scrolls: ContactLists;
  readonly existence: Pick<ExistenceLoader, 'load'>;
  readonly writes: ContactWrites;
  readonly organizationReads: OrganizationReads;
  readonly readContacts: (selection: ContactSelection) => Promise<Paginator<Contact>>;
  /**
   * Reads a list of events: of one contact, or of the whole organization.
   *
   * @param foreseenCalls how many calls for a page the document of the operation shows; 1 by default
   */
  readonly readEvents: (query: EventQuery, foreseenCalls?: number) => Promise<Paginator<ContactEvent>>;
};

/** Only the loader of events has a filter. */
type Loader<T> = { load(cid: string, filter?: EventFilter): Promise<T> };

/**
 * Restricts access to one contact: the only place that decides what a customer session can reach. Any other contact looks
 * as if it did not exist, and lists are forbidden; neither makes an upstream call. An operation that is not allowed here by
 * name is forbidden. The session of a contact that was deleted has ended.
 */
export function restrictToContact(
  contactId: string,
  all: ContactAccess,
  { mayDelete }: { mayDelete: boolean },
): ContactAccess {
  const { loaders, existence, writes } = all;

  function checkContact(cid: string): void {
    if (cid !== contactId) throw contactNotFound();
  }
  function restrict<T>(loader: Loader<T>): Loader<T> {
    return {
      load: async (cid, filter) => {
        checkContact(cid);
        return loader.load(cid, filter);
      },
    };
  }
  async function loadOwn(loader: Loader<Contact>, cid: string): Promise<Contact> {
    checkContact(cid);
    return loader.load(cid).catch(endSession);
  }
  return {
    loaders: {
      ...mapLoaders(loaders, restrict),
      contact: { load: (cid) => loadOwn(loaders.contact, cid) },
      profile: { load: (cid) => loadOwn(loaders.profile, cid) },
    },
    scrolls: {
      // A search by another key would reveal whether another contact has the value.
      find: async () => {
        throw contactNotFound();
      },
      open: forbid,
      continue: forbid,
      read: () => [],
      reportWrongTotal: () => undefined,
    },
    existence: {
      load: async (key) => (key.name === 'cid' && key.value === contactId ? existence.load(key) : noContact),
    },
    writes: {
      async updateContact(cid, changes) {
        checkContact(cid);
        checkChanges(changes);
        return writes.updateContact(cid, withoutVerification(changes)).catch(endSession);
      },
      async setPolicies(cid, acceptances) {
        checkContact(cid);
        return writes.setPolicies(cid, acceptances).catch(endSession);
      },
      async registerDevice(cid, device) {
        checkContact(cid);
        return writes.registerDevice(cid, device).catch(endSession);
      },
      async deleteContact(cid) {
        if (!mayDelete) return forbid();
        checkContact(cid);
        return writes.deleteContact(cid).catch(endSession);
      },
      createContact: forbid,
      issueToken: forbid,
      redeemToken: forbid,
    },
    readContacts: forbid,
    // Policies and WiFi settings are for every app of the organization, and say nothing about a contact.
    organizationReads: all.organizationReads,
    async readEvents(query, foreseenCalls) {
      if (query.cid === undefined) return forbid();
      checkContact(query.cid);
      return all.readEvents(query, foreseenCalls);
    },
  };
}

/** Restricts every loader, also that of a resource that is added later. */
function mapLoaders(
  loaders: ContactAccess['loaders'],
  restrict: <T>(loader: Loader<T>) => Loader<T>,
): ContactAccess['loaders'] {
  const entries = Object.entries(loaders).map(([name, loader]) => [name, restrict<unknown>(loader)]);
  return Object.fromEntries(entries) as ContactAccess['loaders']; // the same names, each with the type of its loader
}

function contactNotFound(): NotFound {
  return new NotFound('There is no such contact.');
}

/** @throws {Unauthenticated} where the contact of the session does not exist any more, else the error itself */
function endSession(error: unknown): never {
  throw error instanceof NotFound ? unauthenticatedError(new Detail('the contact was deleted')) : error;
}

async function forbid(): Promise<never> {
  throw new Forbidden('A customer session cannot do this.');
}

/** Fields that only the organization may set: external ids, and what was verified or confirmed. */
const organizationFields = ['emailVerified', 'phoneVerified', 'doubleOptin', 'extId', 'extProp1', 'extProp2'] as const;

function checkChanges(changes: ContactUpdate): void {
  if (organizationFields.some((name) => changes[name] !== undefined)) {
    throw new Forbidden('A customer session cannot set what is verified, a double opt-in, or an external id.');
  }
}

/** An address or a number that a customer enters is not verified, even if the one before was. */
function withoutVerification(changes: ContactUpdate): ContactUpdate {
  return {
    ...changes,
    ...(changes.email !== undefined && { emailVerified: false }),
    ...(changes.phone !== undefined && { phoneVerified: false }),
  };
}
