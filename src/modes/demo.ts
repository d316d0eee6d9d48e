import { startEmulator } from '../../emulator/emulator.ts';
import { authenticateForDemo } from '../auth/demo.ts';
import type { Config } from '../config/config.ts';
import { Secret } from '../crypto/secret.ts';
import type { GatewayObservers } from '../metrics/observers.ts';
import { createUpstreamClient } from '../upstream/client/client.ts';
import { createServiceCredential } from '../upstream/credential/service-credential.ts';
import { getServiceOfClientKey } from '../upstream/endpoints/service.ts';
import { scopes } from '../upstream/wire/index.ts';
import type { Mode } from './mode.ts';

/** The options of demo mode; `contacts` is the number of contacts in the emulator. */
export type DemoModeOptions = Partial<Pick<Config, 'credential' | 'organizationId'>> & {
  contacts?: number;
  observers?: GatewayObservers | undefined;
};

/**
 * Starts demo mode: the emulator in this process, with the configured credential or its own. Every request has the same
 * caller, with all scopes of the emulator's organization.
 */
export async function startDemoMode({
  credential: given,
  organizationId,
  contacts,
  observers,
}: DemoModeOptions): Promise<Mode> {
  const emulator = await startEmulator({
    ...(contacts === undefined ? {} : { contacts }),
    ...(given === undefined ? {} : { clientKey: given.clientKey, clientSecret: given.clientSecret.reveal() }),
    ...(organizationId === undefined ? {} : { organizationId }),
  });
  const { url, clientKey, clientSecret } = emulator;
  const client = createUpstreamClient({ url, observers: observers && [observers.onAttempt] });
  const credential = createServiceCredential({ client, clientKey, clientSecret: new Secret(clientSecret) });
  const { organizationId: served } = emulator;
  return {
    client,
    organizationIds: [served],
    findCredential: (cid) => (cid === served ? credential : undefined),
    authenticate: authenticateForDemo({
      ...{ organizationId: served, subject: 'demo', scopes, credential },
      service: (call) => getServiceOfClientKey(credential, call),
    }),
    isReady: () => true,
    async close() {
      await client.close();
      await emulator.close();
    },
  };
}
