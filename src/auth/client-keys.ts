import type { Signal } from '../async/abort-signal.ts';
import type { UpstreamClient } from '../upstream/client/client.ts';
import type { Credential } from '../upstream/credential/credential.ts';
import { createServiceCredential, type ServiceCredentialOptions } from '../upstream/credential/service-credential.ts';

/** The client key and secret with which the gateway logs in for one organization. */
export type ClientKey = Pick<ServiceCredentialOptions, 'clientKey' | 'clientSecret'>;

/** Finds the gateway's own credential for an organization; undefined for one that the gateway does not serve. */
export type FindCredential = (organizationId: string) => Credential | undefined;

/** The credentials of the gateway's client keys. */
export type ClientKeyCredentials = {
  readonly findCredential: FindCredential;
  /** Revokes the tokens that this process has obtained. Returns the errors of those that may still be valid. */
  logOut(signal: Signal): Promise<unknown[]>;
};

/**
 * Creates one service credential for each organization. All callers of an organization share it, and with it one login.
 *
 * @param clientKeys by organization id
 */
export function createClientKeyCredentials(
  client: UpstreamClient,
  clientKeys: ReadonlyMap<string, ClientKey>,
): ClientKeyCredentials {
  const credentials = new Map([...clientKeys].map(([cid, key]) => [cid, createServiceCredential({ client, ...key })]));
  return {
    findCredential: (organizationId) => credentials.get(organizationId),
    async logOut(signal) {
      const outcomes = await Promise.allSettled([...credentials.values()].map((each) => each.logOut(signal)));
      return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    },
  };
}
