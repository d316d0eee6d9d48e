import { type Caller, callerKey } from './auth/caller.ts';
import type { Sessions, SessionTicket } from './auth/session.ts';
import type { CursorSeal } from './cursor-seal.ts';
import type { Deadline } from './deadline.ts';
import { BadUserInput, Forbidden } from './errors.ts';
import type { Once } from './idempotency.ts';
import type { Organization } from './organizations.ts';
import { type Reach, reachOwnContact } from './own-contact.ts';
import type { Secret } from './secret.ts';
import type { Changes } from './upstream/changes.ts';
import { patience } from './upstream/claim.ts';
import type { Send } from './upstream/client.ts';
import { redeemToken } from './upstream/contact-token.ts';
import { createLoaders } from './upstream/loaders.ts';
import { markedWalks } from './upstream/marked-walks.ts';
import { outdatedRows } from './upstream/outdated.ts';
import type { ReadAhead } from './upstream/read-ahead.ts';
import { createReader, type Slice } from './upstream/reader.ts';
import type { Admission } from './upstream/resilience/admission.ts';
import type { Waiter } from './upstream/resilience/coalescer.ts';
import type { Reads } from './upstream/resilience/reads.ts';
import { createScrolls, type Scrolls } from './upstream/scroll.ts';
import { createSeen } from './upstream/seen.ts';
import { bindUpstream, type Upstream } from './upstream/upstream.ts';
import { createUsage, type UpstreamUsage } from './upstream/usage.ts';
import type { WalkStore } from './upstream/walk-store.ts';
import { createWrites } from './upstream/writes.ts';

/** What a resolver may use. All I/O goes through here, bound to the operation's caller, deadline and client. */
export type Context = ByCaller & {
  readonly sessions: ContactSessions;
  readonly cursors: CursorSeal;
  /** Rows that one page of a connection may hold. */
  readonly maxPageSize: number;
  readonly usage: UpstreamUsage;
};

/** What is another for another caller. */
type ByCaller = Reach & {
  readonly caller: Caller;
  /**
   * What the gateway has been told about the caller's organization. What a token says of itself grants nothing: where
   * nobody here can verify it, the upstream is asked first whether it is good for the organization, once a token.
   */
  readonly organization: () => Promise<Organization>;
  /** Makes a write safe to repeat, for a request that has an `Idempotency-Key`. */
  readonly once: Once;
  /**
   * Waits until a list may be read whose rows will make so many calls. An operation waits once: if it waited again, it
   * would hold what others wait for.
   *
   * @throws {Overloaded}
   */
  readonly admit: (calls: number) => Promise<void>;
  /** The indexes of rows that may not be what their contacts are now; most often none. */
  readonly outdated: (slice: Slice) => readonly number[];
};

/** What an operation may do with customer sessions. */
export type ContactSessions = {
  /** The organizations whose contacts can have one. */
  readonly organizationIds: readonly string[];
  /**
   * Redeems a customer token, once, and starts a session. From then on the operation is the session's: whatever it still
   * does, it does as that contact.
   *
   * @param context that of the operation, which changes its caller
   * @throws {NotFound} for a token that never was, {Gone} for one that has expired or is used up, {RateLimited}
   */
  start(context: Context, organizationId: string, token: Secret): Promise<SessionTicket>;
  /** @throws {Forbidden} for a caller who is not a session */
  renew(): SessionTicket;
};

export type ContextOptions = {
  caller: Caller;
  sessions: Sessions;
  /** Whether a customer session may delete its contact. */
  sessionMayDelete: boolean;
  send: Send;
  reads: Reads;
  admission: Admission;
  organizations: ReadonlyMap<string, Organization>;
  cursors: CursorSeal;
  walks: WalkStore;
  changes: Changes;
  /** Rows that may be read again to find a cursor in an order that is not by time. */
  rereadMax: number;
  ahead: ReadAhead;
  maxPageSize: number;
  onceOf: (caller: Caller) => Once;
  /** Whether the client wants nothing that was kept, and whether it wants to know what was done. */
  mustBeFresh: boolean;
  explain: boolean;
  deadline: Pick<Deadline, 'signal' | 'timeout' | 'endsAt' | 'whenOver'>;
};

export function createContext(options: ContextOptions): Context {
  const { caller, sessions, cursors, maxPageSize, explain } = options;
  const usage = createUsage({ explain });
  let isStarted = false;
  return {
    ...bindCaller(caller, usage, options),
    sessions: {
      organizationIds: sessions.organizationIds,
      async start(context, organizationId, token) {
        // One operation cannot try many tokens, nor act for two people.
        if (caller.contactId !== undefined) throw new Forbidden('A customer session starts no other one.');
        if (isStarted) throw new BadUserInput('An operation starts one customer session.');
        isStarted = true;
        const credential = sessions.credentialOf(organizationId);
        const cid = await redeemToken(bindAs({ ...caller, organizationId, credential }, usage, options), token);
        const { ticket, caller: own } = sessions.start(organizationId, cid);
        Object.assign(context, bindCaller(own, usage, options));
        return ticket;
      },
      renew: () => sessions.renew(caller),
    },
    cursors,
    maxPageSize,
    usage,
  };
}

function bindCaller(caller: Caller, usage: UpstreamUsage, options: ContextOptions): ByCaller {
  const { organizations, walks, changes, ahead, rereadMax, onceOf, admission, deadline } = options;
  const { organizationId, contactId } = caller;
  const upstream = bindAs(caller, usage, options);
  const seen = createSeen();
  const loaders = createLoaders(upstream, {
    // A page may be older than a write.
    find: (cid) => (changes.of(organizationId)?.has(cid) ? undefined : seen.find(cid)),
  });
  const scrolls = createScrolls(upstream, seen);
  function unattended(): Scrolls {
    // The operation may be over by then; and who waits for the page has no more patience than this.
    const endsAt = performance.now() + patience;
    const soon = { signal: AbortSignal.timeout(patience), endsAt: () => endsAt };
    return createScrolls(bindAs(caller, usage, options, soon), { add: (page) => page });
  }
  const writes = createWrites(upstream, async (cid, at) => {
    seen.forget(cid);
    for (const loader of Object.values(loaders)) loader.clear(cid);
    await Promise.all([changes.note({ organizationId, cid, at }), upstream.forget(cid)]);
  });
  async function readContacts(query: Parameters<Reach['readContacts']>[0]) {
    const owner = callerKey(caller);
    const mark = await changes.mark();
    const store = markedWalks(walks, changes, mark);
    const keyOf = (id: string) => `${owner}/${id}`;
    return createReader({ scrolls, store, keyOf, query, rereadMax, mark, ahead, unattended });
  }
  let proof: Promise<void> | undefined;
  async function organization(): Promise<Organization> {
    if (caller.proof?.isGiven() === false) {
      proof ??= scrolls.open({}, 1).then(caller.proof.give);
      await proof;
    }
    return organizations.get(organizationId) ?? { cid: organizationId, policies: [] };
  }
  let admitted: Promise<void> | undefined;
  function admit(calls: number): Promise<void> {
    admitted ??= admission.enter(callerKey(caller), calls, deadline.signal).then(deadline.whenOver);
    return admitted;
  }
  const reach = { loaders, scrolls, writes, readContacts };
  return {
    caller,
    organization,
    ...(contactId === undefined ? reach : reachOwnContact(contactId, reach, { mayDelete: options.sessionMayDelete })),
    once: onceOf(caller),
    admit,
    outdated: (slice) => outdatedRows(changes, organizationId, slice),
  };
}

/** The upstream for a caller, and for as long as somebody waits: the operation, if it is nobody else. */
function bindAs(caller: Caller, usage: UpstreamUsage, options: ContextOptions, given?: Waiter): Upstream {
  const { send, reads, mustBeFresh, deadline } = options;
  const { organizationId, credential, proof } = caller;
  return bindUpstream({
    ...{ send, reads, credential, organizationId, mustBeFresh, usage },
    owner: callerKey(caller),
    // Who only says so does not take from an organization's share.
    tenant: () => (proof?.isGiven() === false ? '' : organizationId),
    waiter: given ?? { signal: deadline.signal, endsAt: () => deadline.endsAt },
    timeout: given?.signal ?? deadline.timeout,
  });
}
