import { type Caller, callerKey } from './auth/caller.ts';
import type { CursorSeal } from './cursor-seal.ts';
import type { Organization } from './organizations.ts';
import type { UpstreamClient } from './upstream/client.ts';
import type { ContactQuery } from './upstream/contacts.ts';
import { createLoaders, type Loaders } from './upstream/loaders.ts';
import { createReader, type Reader } from './upstream/reader.ts';
import { createScrolls, type Scrolls } from './upstream/scroll.ts';
import { createSeen } from './upstream/seen.ts';
import { bindUpstream, type UpstreamUsage } from './upstream/upstream.ts';
import type { WalkStore } from './upstream/walk-store.ts';

/** What a resolver may use. All I/O goes through here, bound to the operation's caller, deadline and client. */
export type Context = {
  readonly caller: Caller;
  readonly organization: Organization;
  readonly loaders: Loaders;
  readonly scrolls: Scrolls;
  readonly readContacts: (query: ContactQuery) => Reader;
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
  /** Rows that may be read again to find a cursor in an order that is not by time. */
  rereadMax: number;
  maxPageSize: number;
  signal: AbortSignal;
};

export function createContext(options: ContextOptions): Context {
  const { caller, client, organizations, cursors, walks, rereadMax, maxPageSize, signal } = options;
  const { organizationId, credential } = caller;
  const upstream = bindUpstream({ client, credential, organizationId, signal });
  const seen = createSeen();
  const loaders = createLoaders(upstream, seen);
  const scrolls = createScrolls(upstream, seen);
  return {
    caller,
    organization: organizations.get(organizationId) ?? { cid: organizationId, policies: [] },
    loaders,
    scrolls,
    readContacts(query) {
      const owner = callerKey(caller);
      return createReader({ scrolls, store: walks, keyOf: (id) => `${owner}/${id}`, query, rereadMax });
    },
    cursors,
    maxPageSize,
    usage: upstream.usage,
  };
}
