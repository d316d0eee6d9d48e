import type { Caller } from './auth/caller.ts';
import type { CursorSeal } from './cursor-seal.ts';
import type { Organization } from './organizations.ts';
import type { UpstreamClient } from './upstream/client.ts';
import { createLoaders, type Loaders } from './upstream/loaders.ts';
import { createScrolls, type Scrolls } from './upstream/scroll.ts';
import { bindUpstream, type UpstreamUsage } from './upstream/upstream.ts';

/** What a resolver may use. All I/O goes through here, bound to the operation's caller, deadline and client. */
export type Context = {
  readonly caller: Caller;
  readonly organization: Organization;
  readonly loaders: Loaders;
  readonly scrolls: Scrolls;
  readonly cursors: CursorSeal;
  readonly usage: UpstreamUsage;
};

export type ContextOptions = {
  caller: Caller;
  client: UpstreamClient;
  organizations: ReadonlyMap<string, Organization>;
  cursors: CursorSeal;
  signal: AbortSignal;
};

export function createContext({ caller, client, organizations, cursors, signal }: ContextOptions): Context {
  const { organizationId, credential } = caller;
  const upstream = bindUpstream({ client, credential, organizationId, signal });
  const loaders = createLoaders(upstream);
  return {
    caller,
    organization: organizations.get(organizationId) ?? { cid: organizationId, policies: [] },
    loaders,
    scrolls: createScrolls(upstream, loaders.contact),
    cursors,
    usage: upstream.usage,
  };
}
