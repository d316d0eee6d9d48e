import type { Deadline } from '../async/deadline.ts';
import type { SessionAttempts } from '../attempts/session-attempts.ts';
import { type Caller, callerKey } from '../auth/caller.ts';
import { type ContactAccess, restrictToContact } from '../auth/contact-scope.ts';
import { organizationRefused } from '../auth/organization-choice.ts';
import type { CustomerSessions } from '../auth/session.ts';
import type { Organization } from '../config/organizations.ts';
import type { OperationIdentity } from '../context.ts';
import type { CursorCipher } from '../crypto/cursor-cipher.ts';
import type { IdempotentWrite } from '../idempotency/idempotency.ts';
import type { CachedReads } from '../upstream/cache/cached-read.ts';
import type { CallDeadline } from '../upstream/cache/coalescer.ts';
import type { Send } from '../upstream/client/client.ts';
import { createExistenceLoader } from '../upstream/contact-existence.ts';
import { createContactWrites } from '../upstream/contact-writes.ts';
import type { Contact } from '../upstream/endpoints/contact.ts';
import { createOrganizationReads } from '../upstream/endpoints/organization-reads.ts';
import type { Service } from '../upstream/endpoints/service.ts';
import { createLoaders } from '../upstream/loaders.ts';
import { createUpstream, type Upstream } from '../upstream/operation/upstream.ts';
import type { UpstreamUsage } from '../upstream/operation/usage.ts';
import { createConsistentStore } from '../upstream/pagination/consistent-store.ts';
import { createContactList, createContactLists } from '../upstream/pagination/contact-list.ts';
import { createEventList } from '../upstream/pagination/event-list.ts';
import { leaseWaitMs } from '../upstream/pagination/lease.ts';
import { createPageIndex } from '../upstream/pagination/page-index.ts';
import { createPaginator } from '../upstream/pagination/paginator.ts';
import type { Prefetch } from '../upstream/pagination/prefetch.ts';
import type { ScrollSessionStore } from '../upstream/pagination/session-store.ts';
import type { Slice } from '../upstream/pagination/slice.ts';
import type { CallAvailability } from '../upstream/resilience/call-availability.ts';
import type { FanOutAdmission } from '../upstream/resilience/fan-out-admission.ts';
import { findStaleRows } from '../upstream/write-log/stale-rows.ts';
import type { WriteLog } from '../upstream/write-log/write-log.ts';
import { OperationTokenCall } from './token-call.ts';

/** What an operation is made of: what the process shares, and what is the request's own. */
export type ContextOptions = {
  caller: Caller;
  customerSessions: CustomerSessions;
  sessionAttempts: SessionAttempts;
  /** Whether a customer session may delete its contact. */
  sessionMayDelete: boolean;
  send: Send;
  cachedReads: CachedReads;
  fanOutAdmission: FanOutAdmission;
  /** Whether the upstream has the call that tells whether a contact exists. */
  existenceCall: CallAvailability;
  organizations: ReadonlyMap<string, Organization>;
  /** The domain of the WiFi's server for organizations that name none. */
  wifiServerDomain: string | undefined;
  cursorCipher: CursorCipher;
  scrollSessionStore: ScrollSessionStore;
  writeLog: WriteLog;
  /** The most rows that may be read again to find a cursor in an order that is not by time. */
  maxRescanRows: number;
  prefetch: Prefetch;
  maxPageSize: number;
  createIdempotentWrite: (caller: Caller) => IdempotentWrite;
  /** Whether the client refuses cached answers. */
  mustBeFresh: boolean;
  /** The address of the client, if it is known: that of the last proxy where there is one. */
  clientAddress: string | undefined;
  /** What the operation has cost so far: its authentication may have called the upstream. */
  usage: UpstreamUsage;
  deadline: Pick<Deadline, 'signal' | 'timeoutSignal' | 'endsAt' | 'onEnd'>;
};

/**
 * Creates the part of a context that depends on the caller.
 *
 * @param usage counts the upstream calls of the whole operation, whichever identity makes them
 */
export function createIdentity(caller: Caller, usage: UpstreamUsage, options: ContextOptions): OperationIdentity {
  const { organizations, writeLog, createIdempotentWrite, fanOutAdmission, deadline, sessionMayDelete } = options;
  const { organizationId, contactId, organizationProof } = caller;
  const access = createContactAccess(caller, usage, options);
  let pendingService: Promise<Service | undefined> | undefined;
  async function service(): Promise<Service | undefined> {
    pendingService ??= caller.service?.(new OperationTokenCall(options.send, deadline, usage));
    return pendingService;
  }
  async function prove(): Promise<void> {
    const own = await service();
    // Where the upstream does not tell what the service is, a list of one row shows whether the token is valid.
    if (own === undefined) await access.scrolls.open({}, 1);
    else if (!own.organizations.includes(organizationId)) throw organizationRefused();
    organizationProof?.give();
  }
  let proof: Promise<void> | undefined;
  async function organization(): Promise<Organization> {
    if (organizationProof?.isGiven() === false) {
      proof ??= prove();
      await proof;
    }
    return organizations.get(organizationId) ?? { cid: organizationId, policies: [] };
  }
  let admission: Promise<void> | undefined;
  function waitForFanOut(calls: number): Promise<void> {
    admission ??= fanOutAdmission.enter(callerKey(caller), calls, deadline.signal).then(deadline.onEnd);
    return admission;
  }
  return {
    caller,
    organization,
    service,
    ...(contactId === undefined ? access : restrictToContact(contactId, access, { mayDelete: sessionMayDelete })),
    idempotentWrite: createIdempotentWrite(caller),
    waitForFanOut,
    findStaleRows: (slice: Slice<Contact>) => findStaleRows(writeLog, organizationId, slice),
  };
}

/** Everything that an operation can do with the contacts and the settings of the caller's organization. */
function createContactAccess(caller: Caller, usage: UpstreamUsage, options: ContextOptions): ContactAccess {
  const { scrollSessionStore, writeLog, prefetch, maxRescanRows, existenceCall } = options;
  const { organizationId } = caller;
  const upstream = createCallerUpstream(caller, usage, options);
  const pageIndex = createPageIndex();
  const loaders = createLoaders(upstream, {
    // A row of a page may be older than a write to its contact.
    find: (cid) => (writeLog.entriesOf(organizationId)?.has(cid) ? undefined : pageIndex.find(cid)),
  });
  const scrolls = createContactLists(upstream, pageIndex);
  const existence = createExistenceLoader(upstream, existenceCall, { lists: scrolls, contacts: loaders.contact });
  function backgroundUpstream(): Upstream {
    // The operation may have ended by then, and other readers of the scroll wait only so long for the page.
    const endsAt = performance.now() + leaseWaitMs;
    const leaseDeadline = { signal: AbortSignal.timeout(leaseWaitMs), endsAt: () => endsAt };
    return createCallerUpstream(caller, usage, options, leaseDeadline);
  }
  const writes = createContactWrites(upstream, async (cid, at) => {
    pageIndex.remove(cid);
    for (const loader of Object.values(loaders)) loader.clear(cid);
    existence.clearAll(); // a write may change any key of the contact
    await Promise.all([writeLog.record({ organizationId, cid, at }), upstream.invalidate(cid)]);
  });
  const readContacts: ContactAccess['readContacts'] = async (query) => {
    const owner = callerKey(caller);
    const offset = await writeLog.currentOffset();
    const store = createConsistentStore(scrollSessionStore, writeLog, offset);
    const keyOf = (id: string) => `${owner}/${id}`;
    const list = createContactList(scrolls, query);
    const backgroundList = () =>
      createContactList(createContactLists(backgroundUpstream(), { add: () => undefined }), query);
    return createPaginator({ list, store, keyOf, maxRescanRows, offset, prefetch, backgroundList });
  };
  const readEvents: ContactAccess['readEvents'] = async (query) =>
    createPaginator({
      list: createEventList(upstream, query),
      store: scrollSessionStore,
      keyOf: (id) => `${callerKey(caller)}/${id}`,
      ...{ maxRescanRows, prefetch, offset: undefined },
      backgroundList: () => createEventList(backgroundUpstream(), query),
    });
  const organizationReads = createOrganizationReads(upstream);
  return { loaders, scrolls, existence, writes, readContacts, readEvents, organizationReads };
}

/**
 * Creates the upstream client for one caller.
 *
 * @param callDeadline of calls that do not belong to the operation; without it, the operation's own deadline holds
 */
export function createCallerUpstream(
  caller: Caller,
  usage: UpstreamUsage,
  { send, cachedReads, mustBeFresh, deadline }: ContextOptions,
  callDeadline?: CallDeadline,
): Upstream {
  const { organizationId, credential, organizationProof } = caller;
  return createUpstream({
    ...{ send, cachedReads, credential, organizationId, mustBeFresh, usage },
    callerKey: callerKey(caller),
    // An unproven claim to an organization must not use up that organization's share of the upstream.
    tenant: () => (organizationProof?.isGiven() === false ? '' : organizationId),
    deadline: callDeadline ?? { signal: deadline.signal, endsAt: () => deadline.endsAt },
    timeout: callDeadline?.signal ?? deadline.timeoutSignal,
  });
}
