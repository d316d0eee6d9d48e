import { type Scope, scopes } from '../src/upstream/wire.ts';
import { publicApp, second, writeOnly } from './demo.ts';

/** A client key of an organization, with its secret and what it may do. */
export type Client = {
  readonly clientKey: string;
  readonly clientSecret: string;
  readonly organizationId: string;
  readonly scopes: readonly Scope[];
};

/** Who may log in: the manager of the demo organization, that of the second, and two with less power. */
export type Clients = Readonly<Record<'manager' | 'second' | 'publicApp' | 'writeOnly', Client>>;

export function createClients(manager: Omit<Client, 'scopes'>): Clients {
  const { organizationId } = manager;
  return {
    manager: { ...manager, scopes },
    second: { ...second, scopes },
    publicApp: { ...publicApp, organizationId, scopes: ['customer_read'] },
    writeOnly: { ...writeOnly, organizationId, scopes: ['customer_write'] },
  };
}
