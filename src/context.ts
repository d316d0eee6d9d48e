import type { Deadline } from './async/deadline.ts';
import { type Caller, callerKey } from './auth/caller.ts';
import { type ContactAccess, restrictToContact } from './auth/contact-scope.ts';
import type { CustomerSessions, IssuedCustomerSession } from './auth/session.ts';
import type { Organization } from './config/organizations.ts';
import type { CursorCipher } from './crypto/cursor-cipher.ts';
import type { Secret } from './crypto/secret.ts';
import { BadUserInput, Forbidden } from './errors.ts';
import type { IdempotentWrite } from './idempotency/idempotency.ts';
import type { CachedReads } from './upstream/cache/cached-read.ts';
import type { CallDeadline } from './upstream/cache/coalescer.ts';
import type { Send } from './upstream/client/client.ts';
import { createContactWrites } from './upstream/contact-writes.ts';
import { redeemToken } from './upstream/endpoints/contact-token.ts';
import { createLoaders } from './upstream/loaders.ts';
import { createUpstream, type Upstream } from './upstream/operation/upstream.ts';
import { createUsage, type UpstreamUsage } from './upstream/operation/usage.ts';
import { createConsistentStore } from './upstream/pagination/consistent-store.ts';
import { leaseWaitMs } from './upstream/pagination/lease.ts';
import { createPageIndex } from './upstream/pagination/page-index.ts';
import { createPaginator, type Slice } from './upstream/pagination/paginator.ts';
import type { Prefetch } from './upstream/pagination/prefetch.ts';
import { type ContactLists, createContactLists } from './upstream/pagination/scroll.ts';
import type { ScrollSessionStore } from './upstream/pagination/session-store.ts';
import type { FanOutAdmission } from './upstream/resilience/fan-out-admission.ts';
import { findStaleRows } from './upstream/write-log/stale-rows.ts';
import type { WriteLog } from './upstream/write-log/write-log.ts';

/** What a resolver may use. All I/O goes through here, bound to the operation's caller, deadline and client. */
export type Context = ByCaller & {
  readonly customerSessions: CustomerSessionActions;
  readonly cursorCipher: CursorCipher;
  /** Rows that one page of a connection may hold. */
  readonly maxPageSize: number;
  readonly usage: UpstreamUsage;
};

/** What is another for another caller. */
type ByCaller = ContactAccess & {
  readonly caller: Caller;
  /**
   * What the gateway has been told about the caller's organization. What a token says of itself grants nothing: where
   * nobody here can verify it, the upstream is asked first whether it is good for the organization, once a token.
   */
  readonly organization: () => Promise<Organization>;
  /** Makes a write safe to repeat, for a request that has an `Idempotency-Key`. */
  readonly idempotentWrite: IdempotentWrite;
  /**
   * Waits until a list may be read whose rows will make so many calls. An operation waits once: if it waited again, it
   * would hold what others wait for.
   *
   * @throws {Overloaded}
   */
  readonly waitForFanOut: (calls: number) => Promise<void>;
  /** The indexes of rows that may not be what their contacts are now; most often none. */
  readonly findStaleRows: (slice: Slice) => readonly number[];
};

/** What an operation may do with customer sessions. */
export type CustomerSessionActions = {
  /** The organizations whose contacts can have one. */
  readonly organizationIds: readonly string[];
  /**
   * Redeems a customer token, once, and starts a session. From then on the operation is the session's: whatever it still
   * does, it does as that contact.
   *
   * @param context that of the operation, which changes its caller
   * @throws {NotFound} for a token that never was, {Gone} for one that has expired or is used up, {RateLimited}
   */
  start(context: Context, organizationId: string, token: Secret): Promise<IssuedCustomerSession>;
  /** @throws {Forbidden} for a caller who is not a session */
  renew(): IssuedCustomerSession;
};

export type ContextOptions = {
  caller: Caller;
  customerSessions: CustomerSessions;
  /** Whether a customer session may delete its contact. */
  sessionMayDelete: boolean;
  send: Send;
  cachedReads: CachedReads;
  fanOutAdmission: FanOutAdmission;
  organizations: ReadonlyMap<string, Organization>;
  cursorCipher: CursorCipher;
  scrollSessionStore: ScrollSessionStore;
  writeLog: WriteLog;
  /** Rows that may be read again to find a cursor in an order that is not by time. */
  maxRescanRows: number;
  prefetch: Prefetch;
  maxPageSize: number;
  createIdempotentWrite: (caller: Caller) => IdempotentWrite;
  /** Whether the client wants nothing that was kept, and whether it wants to know what was done. */
  mustBeFresh: boolean;
  explain: boolean;
  deadline: Pick<Deadline, 'signal' | 'timeoutSignal' | 'endsAt' | 'onEnd'>;
};

export function createContext(options: ContextOptions): Context {
  const { caller, customerSessions, cursorCipher, maxPageSize, explain } = options;
  const usage = createUsage({ explain });
  let isStarted = false;
  return {
    ...bindCaller(caller, usage, options),
    customerSessions: {
      organizationIds: customerSessions.organizationIds,
      async start(context, organizationId, token) {
        // One operation cannot try many tokens, nor act for two people.
        if (caller.contactId !== undefined) throw new Forbidden('A customer session starts no other one.');
        if (isStarted) throw new BadUserInput('An operation starts one customer session.');
        isStarted = true;
        const credential = customerSessions.credentialFor(organizationId);
        const cid = await redeemToken(bindAs({ ...caller, organizationId, credential }, usage, options), token);
        const { ticket, caller: own } = customerSessions.start(organizationId, cid);
        Object.assign(context, bindCaller(own, usage, options));
        return ticket;
      },
      renew: () => customerSessions.renew(caller),
    },
    cursorCipher,
    maxPageSize,
    usage,
  };
}

function bindCaller(caller: Caller, usage: UpstreamUsage, options: ContextOptions): ByCaller {
  const {
    organizations,
    scrollSessionStore,
    writeLog,
    prefetch,
    maxRescanRows,
    createIdempotentWrite,
    fanOutAdmission,
    deadline,
  } = options;
  const { organizationId, contactId } = caller;
  const upstream = bindAs(caller, usage, options);
  const seen = createPageIndex();
  const loaders = createLoaders(upstream, {
    // A page may be older than a write.
    find: (cid) => (writeLog.entriesOf(organizationId)?.has(cid) ? undefined : seen.find(cid)),
  });
  const scrolls = createContactLists(upstream, seen);
  function backgroundLists(): ContactLists {
    // The operation may be over by then; and who waits for the page has no more patience than this.
    const endsAt = performance.now() + leaseWaitMs;
    const soon = { signal: AbortSignal.timeout(leaseWaitMs), endsAt: () => endsAt };
    return createContactLists(bindAs(caller, usage, options, soon), { add: (page) => page });
  }
  const writes = createContactWrites(upstream, async (cid, at) => {
    seen.remove(cid);
    for (const loader of Object.values(loaders)) loader.clear(cid);
    await Promise.all([writeLog.record({ organizationId, cid, at }), upstream.invalidate(cid)]);
  });
  async function readContacts(query: Parameters<ContactAccess['readContacts']>[0]) {
    const owner = callerKey(caller);
    const offset = await writeLog.currentOffset();
    const store = createConsistentStore(scrollSessionStore, writeLog, offset);
    const keyOf = (id: string) => `${owner}/${id}`;
    return createPaginator({ scrolls, store, keyOf, query, maxRescanRows, offset, prefetch, backgroundLists });
  }
  let proof: Promise<void> | undefined;
  async function organization(): Promise<Organization> {
    if (caller.organizationProof?.isGiven() === false) {
      proof ??= scrolls.open({}, 1).then(caller.organizationProof.give);
      await proof;
    }
    return organizations.get(organizationId) ?? { cid: organizationId, policies: [] };
  }
  let admitted: Promise<void> | undefined;
  function waitForFanOut(calls: number): Promise<void> {
    admitted ??= fanOutAdmission.enter(callerKey(caller), calls, deadline.signal).then(deadline.onEnd);
    return admitted;
  }
  const reach = { loaders, scrolls, writes, readContacts };
  return {
    caller,
    organization,
    ...(contactId === undefined ? reach : restrictToContact(contactId, reach, { mayDelete: options.sessionMayDelete })),
    idempotentWrite: createIdempotentWrite(caller),
    waitForFanOut,
    findStaleRows: (slice) => findStaleRows(writeLog, organizationId, slice),
  };
}

/** The upstream for a caller, and for as long as somebody waits: the operation, if it is nobody else. */
function bindAs(caller: Caller, usage: UpstreamUsage, options: ContextOptions, given?: CallDeadline): Upstream {
  const { send, cachedReads, mustBeFresh, deadline } = options;
  const { organizationId, credential, organizationProof } = caller;
  return createUpstream({
    ...{ send, cachedReads, credential, organizationId, mustBeFresh, usage },
    owner: callerKey(caller),
    // Who only says so does not take from an organization's share.
    tenant: () => (organizationProof?.isGiven() === false ? '' : organizationId),
    deadline: given ?? { signal: deadline.signal, endsAt: () => deadline.endsAt },
    timeout: given?.signal ?? deadline.timeoutSignal,
  });
}
