import { createJwksCache } from '../auth/jwks-cache.ts';
import { createJwksFetch } from '../auth/jwks-fetch.ts';
import { authenticateByJwt } from '../auth/jwt.ts';
import { authenticateByPassthrough } from '../auth/passthrough.ts';
import { createRevokedTokens, type RevocationListener } from '../auth/revoked-tokens.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../log.ts';
import type { GatewayObservers } from '../metrics/observers.ts';
import { createUpstreamClient } from '../upstream/client/client.ts';
import { connectValkey } from '../valkey/connection.ts';
import { createValkeyRevocations } from '../valkey/revocations.ts';
import { prepareClientKeys } from './client-keys.ts';
import type { Mode } from './mode.ts';

/** Sockets that are opened before the first request; an operation may use four of them at the same time. */
const openAtFirst = 16;

/**
 * Starts passthrough or JWT mode: a real upstream, and callers with tokens of the upstream or of an issuer.
 *
 * The mode also starts without the issuer's keys, or before the upstream has told the organizations of the client key, and
 * `/readyz` reports that the gateway is not ready: a short failure of the issuer must not prevent the start of a gateway that
 * serves customer sessions as well.
 */
export async function startLiveMode(
  config: Config,
  url: string,
  log: Log,
  observers?: GatewayObservers,
): Promise<Mode> {
  const client = createUpstreamClient({
    ...{ url, connections: config.resilience.connections, socketTtlMs: config.dnsTtlMs, proxy: config.proxy },
    observers: observers && [observers.onAttempt],
  });
  if (config.warmUp) await client.openSockets(openAtFirst);
  const clientKeys = await prepareClientKeys(config, client, log);
  const { findCredential, organizationIds, defaultOrganization } = clientKeys;
  if (config.jwt === undefined) {
    const revokedTokens = createRevokedTokens(connectRevocations(config, log));
    const authenticate = authenticateByPassthrough({
      revokedTokens,
      organizationId: config.organizationId,
      onServiceUnavailable: (reason) =>
        log.warn(
          { reason },
          'the upstream does not tell the organization of an access token: ORGANIZATION_ID is used where a token names none',
        ),
    });
    return {
      ...{ client, findCredential, organizationIds, authenticate, revokedTokens, isReady: clientKeys.isReady },
      async close() {
        revokedTokens.close();
        await clientKeys.close();
        await client.close();
      },
    };
  }
  const { issuer, jwksUrl, maxStaleMs } = config.jwt;
  const { fetchKeys: fetchJwks, close } = createJwksFetch({
    issuer,
    jwksUrl,
    proxy: config.proxy,
    onSkippedKeys: (count) => log.warn({ count }, "members of the issuer's key set are skipped: they cannot be used"),
  });
  let isFailing = false;
  const jwksCache = createJwksCache({
    fetchJwks,
    maxStaleMs,
    onFetchResult(failure) {
      observers?.onJwksFetch(failure === undefined);
      const reason = failure?.message;
      if (reason !== undefined)
        log.warn({ reason }, "the issuer's keys cannot be fetched: the gateway is not ready while it has none");
      else if (isFailing) log.info("the issuer's keys can be fetched again");
      isFailing = failure !== undefined;
    },
  });
  await jwksCache.refresh();
  const authenticate = authenticateByJwt({ ...config.jwt, jwksCache, findCredential, defaultOrganization });
  return {
    ...{ client, findCredential, organizationIds, authenticate, issuerKeys: jwksCache.state },
    isReady: () => jwksCache.isReady() && clientKeys.isReady(),
    async close() {
      await close();
      await clientKeys.close();
      await client.close();
    },
  };
}

/** Returns the connection to the revocations of the other replicas; undefined for a single process. */
function connectRevocations({ valkeyUrl }: Config, log: Log) {
  if (valkeyUrl === undefined) return undefined;
  const address = valkeyUrl.reveal();
  return (listener: RevocationListener) =>
    createValkeyRevocations({
      ...{ valkey: connectValkey(address, () => undefined), address, ...listener },
      onOutage: (reason) =>
        log.warn(
          { reason },
          'tokens that other replicas revoke are not known here: until they are, the upstream refuses them',
        ),
      onRecovery: () => log.info('tokens that other replicas revoke are known here again'),
    });
}
