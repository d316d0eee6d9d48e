import type { UpstreamClient } from '../upstream/client/client.ts';
import type { Credential } from '../upstream/credential/credential.ts';
import { createServiceCredential, type ServiceCredentialOptions } from '../upstream/credential/service-credential.ts';

/** The client key and secret with which the gateway logs in for one organization. */
export type ClientKey = Pick<ServiceCredentialOptions, 'clientKey' | 'clientSecret'>;

/** Finds the gateway's own credential for an organization; undefined for one that the gateway does not serve. */
export type FindCredential = (organizationId: string) => Credential | undefined;

/**
 * Creates one service credential for each organization. All callers of an organization share it, and with it one login.
 *
 * @param clientKeys by organization id
 */
export function createClientKeyCredentials(
  client: UpstreamClient,
  clientKeys: ReadonlyMap<string, ClientKey>,
): FindCredential {
  const credentials = new Map([...clientKeys].map(([cid, key]) => [cid, createServiceCredential({ client, ...key })]));
  return (organizationId) => credentials.get(organizationId);
}
