import { createClientKeyCredentials } from '../auth/client-keys.ts';
import { createJwksCache } from '../auth/jwks-cache.ts';
import { createJwksFetch } from '../auth/jwks-fetch.ts';
import { authenticateByJwt } from '../auth/jwt.ts';
import { authenticateByPassthrough } from '../auth/passthrough.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../log.ts';
import { createUpstreamClient } from '../upstream/client/client.ts';
import type { Mode } from './mode.ts';

/** Sockets that are open before the first operations come, each of which may take four. */
const openAtFirst = 16;

/**
 * Passthrough and JWT mode: a real upstream, and callers with tokens of it or of an issuer.
 *
 * Without the issuer's keys it starts all the same, and says on `/readyz` that it is not ready: an issuer that is down
 * for a minute must not keep a gateway from starting that serves customer sessions too.
 */
export async function startLiveMode(config: Config, url: string, log: Log): Promise<Mode> {
  const client = createUpstreamClient({ url, connections: config.resilience.connections });
  if (config.warmUp) await client.openSockets(openAtFirst);
  const findCredential = createClientKeyCredentials(client, config.clientKeys);
  const organizationIds = [...config.clientKeys.keys()];
  if (config.jwt === undefined) {
    const authenticate = authenticateByPassthrough(config.organizationId);
    return { client, findCredential, organizationIds, authenticate, isReady: () => true, close: client.close };
  }
  const { issuer, jwksUrl, maxStaleMs } = config.jwt;
  const { fetchKeys: fetchJwks, close } = createJwksFetch({ issuer, jwksUrl });
  let isFailing = false;
  const jwksCache = createJwksCache({
    fetchJwks,
    maxStaleMs,
    onFetchResult(failure) {
      const reason = failure?.message;
      if (reason !== undefined) log.warn({ reason }, "the issuer's keys cannot be had: when there are none, not ready");
      else if (isFailing) log.info("the issuer's keys are there again");
      isFailing = failure !== undefined;
    },
  });
  await jwksCache.refresh();
  const authenticate = authenticateByJwt({
    ...config.jwt,
    jwksCache,
    findCredential,
    organizationId: config.organizationId,
  });
  return {
    ...{ client, findCredential, organizationIds, authenticate, isReady: jwksCache.isReady },
    async close() {
      await close();
      await client.close();
    },
  };
}
