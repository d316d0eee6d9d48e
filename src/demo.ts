import { startEmulator } from '../emulator/emulator.ts';
import type { Caller } from './auth/caller.ts';
import type { Config } from './config.ts';
import { Secret } from './secret.ts';
import type { UpstreamClient } from './upstream/client.ts';
import { createServiceCredential } from './upstream/credential.ts';
import { scopes } from './upstream/wire.ts';

export type Demo = {
  url: string;
  /** The one caller of the demo: may do everything, in the emulator's organization. */
  callerOf(client: UpstreamClient): Caller;
  close(): Promise<void>;
};

/** Starts the emulator within this process, with the configured credential or its own. */
export async function embedDemo({
  credential,
  organizationId,
}: Pick<Config, 'credential' | 'organizationId'>): Promise<Demo> {
  const emulator = await startEmulator({
    ...(credential === undefined
      ? {}
      : { clientKey: credential.clientKey, clientSecret: credential.clientSecret.reveal() }),
    ...(organizationId === undefined ? {} : { organizationId }),
  });
  const { clientKey, clientSecret } = emulator;
  return {
    url: emulator.url,
    callerOf: (client) => ({
      organizationId: emulator.organizationId,
      scopes,
      credential: createServiceCredential({ client, clientKey, clientSecret: new Secret(clientSecret) }),
    }),
    close: () => emulator.close(),
  };
}
