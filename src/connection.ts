import type { Authenticate } from './auth/authenticate.ts';
import type { CredentialOf } from './auth/credentials.ts';
import type { UpstreamClient } from './upstream/client.ts';

/** The upstream that a gateway serves, and how it knows its callers. */
export type Connection = {
  client: UpstreamClient;
  credentialOf: CredentialOf;
  /** Those with a credential. */
  organizationIds: readonly string[];
  authenticate: Authenticate;
  /** Whether callers can be known now; always, where nobody else has to be asked. */
  isReady(): boolean;
  close(): Promise<void>;
};
