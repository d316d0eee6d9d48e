import { createField, type Scope } from '../src/upstream/wire/index.ts';
import { forbidden, notFound } from './api-error.ts';
import type { Contact } from './contact.ts';
import type { Organization } from './organization.ts';
import { type Params, rejectUnknownParams } from './query-params.ts';
import type { System } from './system.ts';
import type { Grant } from './token-issuer.ts';

/** A call whose token was accepted. */
export type Call = {
  /**
   * The organization of the call: of those of the service, the one that the path, the contact in the path or the body names,
   * or else the first. A client has access to no other. Reading it throws a 403 for a service without an organization.
   */
  readonly organization: Organization;
  readonly grant: Grant;
  /** The id in the path, decoded; empty for paths without an id. */
  readonly id: string;
  /** The further values in the path, decoded. */
  readonly more: readonly string[];
  readonly params: Params;
  /** The parsed JSON body, not validated; undefined for endpoints without a body. */
  readonly body: unknown;
};

/** The handler of one endpoint of the upstream. */
export type Endpoint = {
  /** A token needs at least one of these scopes; an empty list needs none. */
  readonly scopes: readonly Scope[];
  readonly takesBody?: true;
  /** Whether the response has no envelope. */
  readonly isBare?: true;
  /** Whether the response is empty. */
  readonly hasNoBody?: true;
  /** The status of a success; 200 by default. */
  readonly status?: 201;
  /** Returns the fields of the response besides those of the envelope. @throws {ApiError} */
  handle(call: Call, system: System): object;
};

/** Scopes that allow reading [doc]. */
export const readScopes: readonly Scope[] = ['organization_read', 'customer_read'];
/** Scopes that allow reading what an organization has configured [assumed]. */
export const organizationScopes: readonly Scope[] = ['organization_read'];
/** Scopes that allow writing [doc]. */
export const writeScopes: readonly Scope[] = ['organization_write', 'customer_write'];
/** Scopes that allow issuing and redeeming customer tokens [doc]. */
export const tokenScopes: readonly Scope[] = ['organization_write'];

/** Returns the organization of a call. @throws {ApiError} 403 for a service without an organization */
export function organizationOf(system: System, grant: Grant, { id, body }: Pick<Call, 'id' | 'body'>): Organization {
  const own = grant.organizations.flatMap((cid) => system.organizations.get(cid) ?? []);
  const named = (Object(body) as Record<string, unknown>)[createField.organizationId];
  const organization =
    own.find(({ organizationId }) => organizationId === id) ??
    own.find(({ store }) => store.find(id) !== undefined) ??
    own.find(({ organizationId }) => organizationId === named) ??
    own[0];
  if (organization === undefined) throw forbidden();
  return organization;
}

/** Returns the contact whose id is in the path. @throws {ApiError} 404 also for a contact of another organization */
export function requireContact({ organization, id }: Call): Contact {
  const contact = organization.store.find(id);
  if (contact === undefined) throw notFound();
  return contact;
}

/** Rejects all query parameters, for endpoints that take none. @throws {ApiError} 409 */
export function rejectAllParams({ params }: Call): void {
  rejectUnknownParams(params, () => false);
}
