import { authenticateByToken } from './auth/authenticate.ts';
import { createCredentials } from './auth/credentials.ts';
import { authenticateByJwt } from './auth/jwt.ts';
import { createKeyFetch } from './auth/key-fetch.ts';
import { createKeySet } from './auth/key-set.ts';
import type { Config } from './config.ts';
import type { Connection } from './connection.ts';
import type { Log } from './log.ts';
import { createUpstreamClient } from './upstream/client.ts';

/** Sockets that are open before the first operations come, each of which may take four. */
const openAtFirst = 16;

/**
 * Passthrough and JWT mode: a real upstream, and callers with tokens of it or of an issuer.
 *
 * Without the issuer's keys it starts all the same, and says on `/readyz` that it is not ready: an issuer that is down
 * for a minute must not keep a gateway from starting that serves customer sessions too.
 */
export async function connect(config: Config, url: string, log: Log): Promise<Connection> {
  const client = createUpstreamClient({ url, connections: config.resilience.connections });
  if (config.warmUp) await client.openAhead(openAtFirst);
  const credentialOf = createCredentials(client, config.clientKeys);
  const organizationIds = [...config.clientKeys.keys()];
  if (config.jwt === undefined) {
    const authenticate = authenticateByToken(config.organizationId);
    return { client, credentialOf, organizationIds, authenticate, isReady: () => true, close: client.close };
  }
  const { issuer, jwksUrl, maxStaleMs } = config.jwt;
  const { fetchKeys, close } = createKeyFetch({ issuer, jwksUrl });
  let isFailing = false;
  const keys = createKeySet({
    fetchKeys,
    maxStaleMs,
    report(failure) {
      const reason = failure?.message;
      if (reason !== undefined) log.warn({ reason }, "the issuer's keys cannot be had: when there are none, not ready");
      else if (isFailing) log.info("the issuer's keys are there again");
      isFailing = failure !== undefined;
    },
  });
  await keys.refresh();
  const authenticate = authenticateByJwt({
    ...config.jwt,
    keys,
    credentialOf,
    organizationId: config.organizationId,
  });
  return {
    ...{ client, credentialOf, organizationIds, authenticate, isReady: keys.isReady },
    async close() {
      await close();
      await client.close();
    },
  };
}
