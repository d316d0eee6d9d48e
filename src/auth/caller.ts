import type { Credential } from '../upstream/credential.ts';
import type { Scope } from '../upstream/wire.ts';

/** Who asks: an organization, what the caller may do in it, and how the upstream is called on its behalf. */
export type Caller = {
  readonly organizationId: string;
  readonly scopes: readonly Scope[];
  readonly credential: Credential;
};
