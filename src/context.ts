import { type Caller, callerKey } from './auth/caller.ts';
import type { CursorSeal } from './cursor-seal.ts';
import type { Once } from './idempotency.ts';
import type { Organization } from './organizations.ts';
import type { Changes } from './upstream/changes.ts';
import { patience } from './upstream/claim.ts';
import type { UpstreamClient } from './upstream/client.ts';
import type { ContactQuery } from './upstream/contacts.ts';
import { createLoaders, type Loaders } from './upstream/loaders.ts';
import { markedWalks } from './upstream/marked-walks.ts';
import { outdatedRows } from './upstream/outdated.ts';
import type { ReadAhead } from './upstream/read-ahead.ts';
import { createReader, type Reader, type Slice } from './upstream/reader.ts';
import { createScrolls, type Scrolls } from './upstream/scroll.ts';
import { createSeen } from './upstream/seen.ts';
import { bindUpstream, type UpstreamUsage } from './upstream/upstream.ts';
import type { WalkStore } from './upstream/walk-store.ts';
import { createWrites, type Writes } from './upstream/writes.ts';

/** What a resolver may use. All I/O goes through here, bound to the operation's caller, deadline and client. */
export type Context = {
  readonly caller: Caller;
  readonly organization: Organization;
  readonly loaders: Loaders;
  readonly scrolls: Scrolls;
  readonly writes: Writes;
  /** Makes a write safe to repeat, for a request that has an `Idempotency-Key`. */
  readonly once: Once;
  readonly readContacts: (query: ContactQuery) => Promise<Reader>;
  /** The indexes of rows that may not be what their contacts are now; most often none. */
  readonly outdated: (slice: Slice) => readonly number[];
  readonly cursors: CursorSeal;
  /** Rows that one page of a connection may hold. */
  readonly maxPageSize: number;
  readonly usage: UpstreamUsage;
};

export type ContextOptions = {
  caller: Caller;
  client: UpstreamClient;
  organizations: ReadonlyMap<string, Organization>;
  cursors: CursorSeal;
  walks: WalkStore;
  changes: Changes;
  /** Rows that may be read again to find a cursor in an order that is not by time. */
  rereadMax: number;
  ahead: ReadAhead;
  maxPageSize: number;
  once: Once;
  signal: AbortSignal;
  /** Aborts at the operation's deadline only. */
  timeout: AbortSignal;
};

export function createContext(options: ContextOptions): Context {
  const {
    caller,
    client,
    organizations,
    cursors,
    walks,
    changes,
    ahead,
    rereadMax,
    maxPageSize,
    once,
    signal,
    timeout,
  } = options;
  const { organizationId, credential } = caller;
  const upstream = bindUpstream({ client, credential, organizationId, signal, timeout });
  const seen = createSeen();
  const loaders = createLoaders(upstream, {
    // A page may be older than a write.
    find: (cid) => (changes.of(organizationId)?.has(cid) ? undefined : seen.find(cid)),
  });
  const scrolls = createScrolls(upstream, seen);
  function unattended(): Scrolls {
    // The operation may be over by then; and who waits for the page has no more patience than this.
    const soon = AbortSignal.timeout(patience);
    const { usage } = upstream;
    const later = bindUpstream({ client, credential, organizationId, signal: soon, timeout: soon, usage });
    return createScrolls(later, { add: (page) => page });
  }
  const writes = createWrites(upstream, (cid, at) => {
    seen.forget(cid);
    for (const loader of Object.values(loaders)) loader.clear(cid);
    return changes.note({ organizationId, cid, at });
  });
  return {
    caller,
    organization: organizations.get(organizationId) ?? { cid: organizationId, policies: [] },
    loaders,
    scrolls,
    writes,
    once,
    async readContacts(query) {
      const owner = callerKey(caller);
      const mark = await changes.mark();
      const store = markedWalks(walks, changes, mark);
      return createReader({
        scrolls,
        store,
        keyOf: (id) => `${owner}/${id}`,
        query,
        rereadMax,
        mark,
        ahead,
        unattended,
      });
    },
    outdated: (slice) => outdatedRows(changes, organizationId, slice),
    cursors,
    maxPageSize,
    usage: upstream.usage,
  };
}
