import { startEmulator } from '../emulator/emulator.ts';
import { authenticateAs } from './auth/authenticate.ts';
import type { Config } from './config.ts';
import type { Connection } from './connection.ts';
import { Secret } from './secret.ts';
import { createUpstreamClient } from './upstream/client.ts';
import { createServiceCredential } from './upstream/credential.ts';
import { scopes } from './upstream/wire.ts';

export type DemoOptions = Partial<Pick<Config, 'credential' | 'organizationId'>> & { contacts?: number };

/**
 * Demo mode: the emulator within this process, with the configured credential or its own. Everybody is the one caller,
 * who may do everything in the emulator's organization.
 */
export async function embedDemo({ credential: given, organizationId, contacts }: DemoOptions): Promise<Connection> {
  const emulator = await startEmulator({
    ...(contacts === undefined ? {} : { contacts }),
    ...(given === undefined ? {} : { clientKey: given.clientKey, clientSecret: given.clientSecret.reveal() }),
    ...(organizationId === undefined ? {} : { organizationId }),
  });
  const { url, clientKey, clientSecret } = emulator;
  const client = createUpstreamClient({ url });
  const credential = createServiceCredential({ client, clientKey, clientSecret: new Secret(clientSecret) });
  const { organizationId: served } = emulator;
  return {
    client,
    organizationIds: [served],
    credentialOf: (cid) => (cid === served ? credential : undefined),
    authenticate: authenticateAs({ organizationId: served, subject: 'demo', scopes, credential }),
    isReady: () => true,
    async close() {
      await client.close();
      await emulator.close();
    },
  };
}
