import type { Authenticate } from '../auth/authenticate.ts';
import type { FindCredential } from '../auth/client-keys.ts';
import type { JwksState } from '../auth/jwks-cache.ts';
import type { RevokedTokens } from '../auth/revoked-tokens.ts';
import type { UpstreamClient } from '../upstream/client/client.ts';

/** What a gateway runs against: the upstream, and the authentication of callers. */
export type Mode = {
  client: UpstreamClient;
  findCredential: FindCredential;
  /** The organizations that the gateway has a credential for. Those that the upstream tells are added to this list later. */
  organizationIds: readonly string[];
  authenticate: Authenticate;
  /** The revoked tokens of callers, where callers have tokens of the upstream. */
  revokedTokens?: RevokedTokens;
  /** Whether callers can be authenticated now; always true where no issuer is needed. */
  isReady(): boolean;
  /** The keys of the issuer of access tokens; undefined where there is no issuer. */
  issuerKeys?: () => JwksState;
  close(): Promise<void>;
};
