import { setTimeout as sleep } from 'node:timers/promises';
import { Detail, PublicError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { UpstreamClient } from '../upstream/client/client.ts';
import type { Credential } from '../upstream/credential/credential.ts';
import { getServiceOfClientKey, type Service } from '../upstream/endpoints/service.ts';
import { createUsage } from '../upstream/operation/usage.ts';

/** The time limit of a login and a call for the service, in ms. */
const attemptMs = 5_000;
/** The first and the longest pause between two attempts, in ms. */
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/** What the discovery needs. */
export type OwnOrganizationsOptions = {
  client: UpstreamClient;
  credential: Credential;
  log: Log;
  /** Ends the attempts. */
  signal: AbortSignal;
  /** Is called once, with the organizations. */
  onFound: (ids: readonly string[]) => void;
};

/**
 * Asks the upstream for the organizations of the gateway's own client key. The first attempt has ended when the promise is
 * resolved; if it failed, further ones follow until one succeeds.
 */
export async function discoverOwnOrganizations(options: OwnOrganizationsOptions): Promise<void> {
  const { client, credential, log, signal, onFound } = options;

  async function attempt(): Promise<boolean> {
    try {
      const service = await readService(client, credential);
      const ids = service?.organizations ?? [];
      if (ids.length === 0)
        throw new Detail(service === undefined ? 'the upstream does not tell them' : 'there are none');
      onFound(ids);
      return true;
    } catch (error) {
      const advice =
        'the organizations of UPSTREAM_CLIENT_KEY are not known, so the gateway is not ready: set ORGANIZATION_ID';
      log.warn({ reason: reasonOf(error) }, advice);
      return false;
    }
  }

  async function retry(): Promise<void> {
    for (let pause = firstPauseMs; !signal.aborted; pause = Math.min(2 * pause, longestPauseMs)) {
      await sleep(pause, undefined, { ref: false, signal });
      if (await attempt()) return;
    }
  }

  if (!(await attempt())) void retry().catch(() => undefined); // only the abort of the pause rejects
}

/**
 * Says in the log for each client key whether the upstream accepts it for the organization that the configuration names. One
 * key is checked after the other, so that many of them are no burst.
 *
 * @param signal ends the checks
 */
export async function checkClientKeys(
  client: UpstreamClient,
  credentials: Iterable<readonly [organizationId: string, credential: Credential]>,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  for (const [organizationId, credential] of credentials) {
    if (signal.aborted) return;
    try {
      const service = await readService(client, credential);
      if (service === undefined || service.organizations.includes(organizationId)) continue;
      log.warn(
        { organizationId },
        'the client key of this organization is not for it: the upstream will refuse its calls',
      );
    } catch (error) {
      log.warn({ organizationId, reason: reasonOf(error) }, 'the client key of this organization could not be checked');
    }
  }
}

function readService(client: UpstreamClient, credential: Credential): Promise<Service | undefined> {
  const endsAt = performance.now() + attemptMs;
  return getServiceOfClientKey(credential, {
    send: client.send,
    deadline: { signal: AbortSignal.timeout(attemptMs), endsAt: () => endsAt },
    step: async (work) => (await work(createUsage())).value,
  });
}

function reasonOf(error: unknown): string {
  if (error instanceof Detail) return error.message;
  return error instanceof PublicError ? error.code : 'an internal error';
}
