import { type ClientKeyCredentials, createClientKeyCredentials, type FindCredential } from '../auth/client-keys.ts';
import type { Config } from '../config/config.ts';
import { PublicError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { UpstreamClient } from '../upstream/client/client.ts';
import { createServiceCredential } from '../upstream/credential/service-credential.ts';
import { checkClientKeys, discoverOwnOrganizations } from './client-key-service.ts';

/** The time in which the gateway revokes its own tokens when it stops, in ms. A restart must not wait for the upstream. */
const logoutMs = 1_000;

/** The gateway's own client keys. */
export type ClientKeys = {
  readonly findCredential: FindCredential;
  /** The organizations with a client key. Those that the upstream tells are added when it has told them. */
  readonly organizationIds: readonly string[];
  /** Returns the organization that is served if a caller names none: the configured one, or the only one of the client key. */
  defaultOrganization(): string | undefined;
  /** Whether the organizations of all client keys are known. */
  isReady(): boolean;
  /** Ends the attempts to find the organizations, and revokes the tokens that this process has obtained. */
  close(): Promise<void>;
};

type LogOut = ClientKeyCredentials['logOut'];

/**
 * Prepares the client keys of the configuration. Where `UPSTREAM_CLIENT_KEY` has no `ORGANIZATION_ID`, the upstream is asked
 * whose key it is. As a part of the warm-up it is also asked whether each other key is for the organization that the
 * configuration names; nothing waits for that.
 */
export async function prepareClientKeys(config: Config, client: UpstreamClient, log: Log): Promise<ClientKeys> {
  const { organizationId, credential: ownKey, clientKeys } = config;
  const { findCredential: findConfigured, logOut } = createClientKeyCredentials(client, clientKeys);
  const organizationIds = [...clientKeys.keys()];
  const logOuts: LogOut[] = [logOut];
  const closing = new AbortController();
  const { signal } = closing;
  const configured: ClientKeys = {
    ...{ findCredential: findConfigured, organizationIds },
    defaultOrganization: () => organizationId,
    isReady: () => true,
    async close() {
      closing.abort();
      await revokeTokens(logOuts, log);
    },
  };
  if (config.jwt === undefined && config.session.keys.length === 0) return configured; // nothing uses the keys
  if (config.warmUp) void checkClientKeys(client, credentialsOf(organizationIds, findConfigured), log, signal);
  if (ownKey === undefined || organizationId !== undefined) return configured;

  const credential = createServiceCredential({ client, ...ownKey });
  logOuts.push((until) =>
    credential.logOut(until).then(
      () => [],
      (error: unknown) => [error],
    ),
  );
  let own: readonly string[] = [];
  await discoverOwnOrganizations({
    ...{ client, credential, log, signal },
    onFound(ids) {
      own = ids;
      organizationIds.push(...ids.filter((id) => !clientKeys.has(id)));
    },
  });
  return {
    ...configured,
    findCredential: (id) => findConfigured(id) ?? (own.includes(id) ? credential : undefined),
    defaultOrganization: () => (own.length === 1 ? own[0] : undefined),
    isReady: () => own.length > 0,
  };
}

function credentialsOf(organizationIds: readonly string[], find: FindCredential) {
  return organizationIds.flatMap((id) => {
    const credential = find(id);
    return credential === undefined ? [] : [[id, credential] as const];
  });
}

async function revokeTokens(logOuts: readonly LogOut[], log: Log): Promise<void> {
  const signal = AbortSignal.timeout(logoutMs);
  const failures = (await Promise.all(logOuts.map((logOut) => logOut(signal)))).flat();
  if (failures.length === 0) return;
  const codes = [...new Set(failures.map((error) => (error instanceof PublicError ? error.code : 'INTERNAL')))];
  log.warn(
    { count: failures.length, codes },
    'tokens of the gateway were not revoked: they are valid until they expire',
  );
}
