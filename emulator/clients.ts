import { type Scope, scopes } from '../src/upstream/wire/index.ts';
import { publicApp, second, writeOnly } from './demo.ts';

/** A client key of an organization, with its secret and scopes. */
export type Client = {
  readonly clientKey: string;
  readonly clientSecret: string;
  readonly organizationId: string;
  readonly scopes: readonly Scope[];
};

/** The clients that may log in: one with all scopes for each organization, and two with a single scope. */
export type Clients = Readonly<Record<'manager' | 'second' | 'publicApp' | 'writeOnly', Client>>;

/** Creates the clients. @param manager the client of the demo organization with all scopes */
export function createClients(manager: Omit<Client, 'scopes'>): Clients {
  const { organizationId } = manager;
  return {
    manager: { ...manager, scopes },
    second: { ...second, scopes },
    publicApp: { ...publicApp, organizationId, scopes: ['customer_read'] },
    writeOnly: { ...writeOnly, organizationId, scopes: ['customer_write'] },
  };
}
