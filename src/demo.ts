import { startEmulator } from '../emulator/emulator.ts';
import { type Authenticate, authenticateAs } from './auth/authenticate.ts';
import type { Config } from './config.ts';
import { Secret } from './secret.ts';
import { createUpstreamClient, type UpstreamClient } from './upstream/client.ts';
import { createServiceCredential } from './upstream/credential.ts';
import { scopes } from './upstream/wire.ts';

/** The upstream that a gateway serves, and how it knows its callers. */
export type Connection = { client: UpstreamClient; authenticate: Authenticate; close(): Promise<void> };

/**
 * Demo mode: the emulator within this process, with the configured credential or its own. Everybody is the one caller,
 * who may do everything in the emulator's organization.
 */
export async function embedDemo({
  credential: given,
  organizationId,
}: Pick<Config, 'credential' | 'organizationId'>): Promise<Connection> {
  const emulator = await startEmulator({
    ...(given === undefined ? {} : { clientKey: given.clientKey, clientSecret: given.clientSecret.reveal() }),
    ...(organizationId === undefined ? {} : { organizationId }),
  });
  const { url, clientKey, clientSecret } = emulator;
  const client = createUpstreamClient({ url });
  const credential = createServiceCredential({ client, clientKey, clientSecret: new Secret(clientSecret) });
  return {
    client,
    authenticate: authenticateAs({ organizationId: emulator.organizationId, subject: 'demo', scopes, credential }),
    async close() {
      await client.close();
      await emulator.close();
    },
  };
}
