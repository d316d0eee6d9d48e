import { type Scope, scopes } from '../src/upstream/wire/index.ts';
import { demo, none, publicApp, second, several, writeOnly } from './demo.ts';

/** A client key, with its secret and with what its service is: the id, the organizations and the scopes. */
export type Client = {
  readonly clientKey: string;
  readonly clientSecret: string;
  readonly serviceId: string;
  /** The first of its organizations; empty for a client without one. */
  readonly organizationId: string;
  readonly organizations: readonly string[];
  readonly scopes: readonly Scope[];
};

/**
 * The clients that may log in: one with all scopes for each organization, one for both organizations and one for none, and
 * two with a single scope.
 */
export type Clients = Readonly<Record<'manager' | 'second' | 'publicApp' | 'writeOnly' | 'several' | 'none', Client>>;

/** Creates the clients. @param manager the client of the demo organization with all scopes */
export function createClients(manager: Pick<Client, 'clientKey' | 'clientSecret' | 'organizationId'>): Clients {
  const { clientKey, clientSecret, organizationId } = manager;
  const own = [organizationId];
  return {
    manager: clientOf({ clientKey, clientSecret, serviceId: demo.serviceId }, own),
    second: clientOf(second, [second.organizationId]),
    publicApp: clientOf(publicApp, own, ['customer_read']),
    writeOnly: clientOf(writeOnly, own, ['customer_write']),
    several: clientOf(several, [organizationId, second.organizationId]),
    none: clientOf(none, []),
  };
}

function clientOf(
  { clientKey, clientSecret, serviceId }: Pick<Client, 'clientKey' | 'clientSecret' | 'serviceId'>,
  organizations: readonly string[],
  granted: readonly Scope[] = scopes,
): Client {
  const [organizationId = ''] = organizations;
  return { clientKey, clientSecret, serviceId, organizationId, organizations, scopes: granted };
}
