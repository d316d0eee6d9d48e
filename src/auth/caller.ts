import { createHash } from 'node:crypto';
import type { Credential } from '../upstream/credential.ts';
import type { Scope } from '../upstream/wire.ts';

/** Who asks: an organization, what the caller may do in it, and how the upstream is called on its behalf. */
export type Caller = {
  readonly organizationId: string;
  /** Who within the organization; of a token that nobody here has verified, a hash of all of it. */
  readonly subject: string;
  readonly scopes: readonly Scope[];
  readonly credential: Credential;
};

/** Begins every key of whatever is kept between requests: nobody ever sees a row that was fetched for another. */
export function callerKey({ organizationId, subject, scopes }: Caller): string {
  return createHash('sha256')
    .update(JSON.stringify([organizationId, subject, scopes]))
    .digest('base64url');
}
