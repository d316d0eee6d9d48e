import { ConfigError, readConfig } from '../config/config.ts';
import { Secret } from '../crypto/secret.ts';
import type { ProxyConfig } from '../upstream/client/proxy.ts';
import type { ClientKey } from './session.ts';

/** The upstream that is checked. */
export type Target = {
  readonly url: string;
  readonly proxy: ProxyConfig | undefined;
  readonly key: ClientKey;
  /** Undefined if the upstream has to tell it. */
  readonly organizationId: string | undefined;
  /** An app whose settings are known to exist. */
  readonly app: string | undefined;
  close(): Promise<void>;
};

/**
 * Finds the upstream by the variables of the gateway. Without `UPSTREAM_URL` it is an emulator that is started for the check
 * and has only contacts that fit the contract.
 *
 * @throws {ConfigError}
 */
export async function findTarget(env: Readonly<Record<string, string | undefined>>): Promise<Target> {
  const { upstreamUrl, proxy, credential, clientKeys, organizationId } = readConfig(env);
  if (upstreamUrl === undefined) {
    const { startEmulator } = await import('../../emulator/emulator.ts');
    const emulator = await startEmulator({ contacts: 500, edgeCases: false });
    const { url, clientKey, clientSecret, close } = emulator;
    const key = { clientKey, clientSecret: new Secret(clientSecret) };
    return { url, proxy: undefined, key, organizationId: emulator.organizationId, app: 'ios_com.example.app', close };
  }
  const [first, ...others] = clientKeys;
  const key = credential ?? (others.length === 0 ? first?.[1] : undefined);
  if (key === undefined) {
    throw new ConfigError([
      first === undefined
        ? 'UPSTREAM_CLIENT_KEY and UPSTREAM_CLIENT_SECRET are needed for the check of an account'
        : 'ORGANIZATION_ID is needed, because ORGANIZATIONS_FILE has several client keys',
    ]);
  }
  const close = async () => undefined;
  return { url: upstreamUrl, proxy, key, organizationId: organizationId ?? first?.[0], app: undefined, close };
}
