import { clientKey } from '../attempts/client-key.ts';
import { type Caller, callerKey } from '../auth/caller.ts';
import type { ContactAccess } from '../auth/contact-scope.ts';
import { NotFound } from '../errors.ts';
import type { CallDeadline } from '../upstream/cache/coalescer.ts';
import { createExistenceLoader, type ExistenceLoader } from '../upstream/contact-existence.ts';
import { type ContactWrites, createContactWrites } from '../upstream/contact-writes.ts';
import { createOrganizationReads, type OrganizationReads } from '../upstream/endpoints/organization-reads.ts';
import { createLoaders, type Loaders } from '../upstream/loaders.ts';
import { createUpstream, type Upstream } from '../upstream/operation/upstream.ts';
import type { UpstreamUsage } from '../upstream/operation/usage.ts';
import { createConsistentStore } from '../upstream/pagination/consistent-store.ts';
import { type ContactLists, createContactLists, createSelectedList } from '../upstream/pagination/contact-list.ts';
import { createContactsById } from '../upstream/pagination/contacts-by-id.ts';
import { createEventList } from '../upstream/pagination/event-list.ts';
import { countFurtherCalls } from '../upstream/pagination/further-calls.ts';
import { leaseWaitMs } from '../upstream/pagination/lease.ts';
import { createPageIndex, type PageIndex } from '../upstream/pagination/page-index.ts';
import { createPaginator } from '../upstream/pagination/paginator.ts';
import type { ScrolledList } from '../upstream/pagination/scrolled-list.ts';
import type { ContextOptions } from './context-options.ts';

/**
 * Everything that an operation can do with the contacts and the settings of the caller's organization. What most operations do
 * not use is created when it is used, because each operation holds what it has created while it waits (ADR 26).
 */
export class CallerAccess implements ContactAccess {
  readonly loaders: Loaders;
  readonly scrolls: ContactLists;
  readonly #upstream: Upstream;
  readonly #pageIndex: PageIndex = createPageIndex();
  readonly #caller: Caller;
  readonly #usage: UpstreamUsage;
  readonly #options: ContextOptions;
  #existence: ExistenceLoader | undefined;
  #writes: ContactWrites | undefined;
  #organizationReads: OrganizationReads | undefined;

  /** @param usage counts the upstream calls of the whole operation */
  constructor(caller: Caller, usage: UpstreamUsage, options: ContextOptions) {
    this.#caller = caller;
    this.#usage = usage;
    this.#options = options;
    this.#upstream = createCallerUpstream(caller, usage, options);
    // A row of a page may be older than a write to its contact.
    const isWritten = (cid: string) => options.writeLog.entriesOf(caller.organizationId)?.has(cid) === true;
    this.loaders = createLoaders(this.#upstream, {
      find: (cid) => (isWritten(cid) ? undefined : this.#pageIndex.find(cid)),
    });
    this.scrolls = createContactLists(this.#upstream, this.#pageIndex);
  }

  get existence(): ExistenceLoader {
    const fallback = { lists: this.scrolls, contacts: this.loaders.contact, usage: this.#usage };
    this.#existence ??= createExistenceLoader(this.#upstream, this.#options.existenceCall, fallback);
    return this.#existence;
  }

  get organizationReads(): OrganizationReads {
    this.#organizationReads ??= createOrganizationReads(this.#upstream);
    return this.#organizationReads;
  }

  get writes(): ContactWrites {
    this.#writes ??= createContactWrites(this.#upstream, (cid, at) => this.#invalidate(cid, at));
    return this.#writes;
  }

  async readContacts(selection: Parameters<ContactAccess['readContacts']>[0]) {
    const { scrollSessionStore, writeLog } = this.#options;
    const offset = await writeLog.currentOffset();
    const { cids, queries } = selection;
    if (cids !== undefined) {
      const load = (cid: string) => this.loaders.profile.load(cid).catch(undefinedIfNotFound);
      return createContactsById({ cids, sort: queries[0].sort, load, offset });
    }
    return createPaginator({
      ...this.#paginatorParts(),
      ...{ offset, store: createConsistentStore(scrollSessionStore, writeLog, offset) },
      list: createSelectedList(this.scrolls, selection, (list) => countFurtherCalls(list, 1, this.#usage)),
      backgroundList: () => {
        const lists = createContactLists(this.#backgroundUpstream(), { add: () => undefined });
        return createSelectedList(lists, selection, (list) => this.#prefetched(list));
      },
    });
  }

  async readEvents(query: Parameters<ContactAccess['readEvents']>[0], foreseenCalls = 1) {
    return createPaginator({
      ...this.#paginatorParts(),
      ...{ offset: undefined, store: this.#options.scrollSessionStore },
      list: countFurtherCalls(createEventList(this.#upstream, query), foreseenCalls, this.#usage),
      backgroundList: () => this.#prefetched(createEventList(this.#backgroundUpstream(), query)),
    });
  }

  /** A page that is read ahead is a call that no document shows. */
  #prefetched<Row>(list: ScrolledList<Row>): ScrolledList<Row> {
    return countFurtherCalls(list, 0, this.#usage);
  }

  #paginatorParts() {
    const { maxRescanRows, prefetch, onScroll } = this.#options;
    return { maxRescanRows, prefetch, onScroll, keyOf: (id: string) => `${callerKey(this.#caller)}/${id}` };
  }

  async #invalidate(cid: string, at: string | undefined): Promise<void> {
    const { organizationId } = this.#caller;
    this.#pageIndex.remove(cid);
    for (const loader of Object.values(this.loaders)) loader.clear(cid);
    this.#existence?.clearAll(); // a write may change any key of the contact
    await Promise.all([this.#options.writeLog.record({ organizationId, cid, at }), this.#upstream.invalidate(cid)]);
  }

  #backgroundUpstream(): Upstream {
    // The operation may have ended by then, and other readers of the scroll wait only so long for the page.
    const endsAt = performance.now() + leaseWaitMs;
    const deadline = { signal: AbortSignal.timeout(leaseWaitMs), endsAt: () => endsAt };
    return createCallerUpstream(this.#caller, this.#usage, this.#options, deadline);
  }
}

/** A contact that does not exist is in no list. @throws any other error: a list omits no contact that may exist */
function undefinedIfNotFound(error: unknown): undefined {
  if (!(error instanceof NotFound)) throw error;
}

/**
 * Creates the upstream client for one caller.
 *
 * @param callDeadline of calls that do not belong to the operation; without it, the operation's own deadline holds
 */
export function createCallerUpstream(
  caller: Caller,
  usage: UpstreamUsage,
  { send, cachedReads, mustBeFresh, deadline, clientAddress }: ContextOptions,
  callDeadline?: CallDeadline,
): Upstream {
  const { organizationId, credential, organizationProof } = caller;
  return createUpstream({
    ...{ send, cachedReads, credential, organizationId, mustBeFresh, usage },
    callerKey: callerKey(caller),
    // An unproven claim to an organization must not use up that organization's share of the upstream.
    tenant: () => (organizationProof?.isGiven() === false ? '' : organizationId),
    caller: clientKey(caller, clientAddress),
    deadline: callDeadline ?? { signal: deadline.signal, endsAt: () => deadline.endsAt },
    timeout: callDeadline?.signal ?? deadline.timeoutSignal,
  });
}
