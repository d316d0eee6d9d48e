import type { UpstreamClient } from '../upstream/client/client.ts';
import {
  type Credential,
  createServiceCredential,
  type ServiceCredentialOptions,
} from '../upstream/credential/credential.ts';

/** With what the gateway logs in for one organization. */
export type ClientKey = Pick<ServiceCredentialOptions, 'clientKey' | 'clientSecret'>;

/** The gateway's own credential for an organization, by its cid; nothing for one that this gateway does not serve. */
export type FindCredential = (organizationId: string) => Credential | undefined;

/** One service credential per organization, which all its callers share: its login is made once for all of them. */
export function createClientKeyCredentials(
  client: UpstreamClient,
  clientKeys: ReadonlyMap<string, ClientKey>,
): FindCredential {
  const credentials = new Map([...clientKeys].map(([cid, key]) => [cid, createServiceCredential({ client, ...key })]));
  return (organizationId) => credentials.get(organizationId);
}
