import type { Authenticate } from '../auth/authenticate.ts';
import type { FindCredential } from '../auth/client-keys.ts';
import type { UpstreamClient } from '../upstream/client/client.ts';

/** The upstream that a gateway serves, and how it knows its callers. */
export type Mode = {
  client: UpstreamClient;
  findCredential: FindCredential;
  /** Those with a credential. */
  organizationIds: readonly string[];
  authenticate: Authenticate;
  /** Whether callers can be known now; always, where nobody else has to be asked. */
  isReady(): boolean;
  close(): Promise<void>;
};
