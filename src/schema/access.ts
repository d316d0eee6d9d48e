import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import { Forbidden, MissingScope, toError, Unauthenticated } from '../errors.ts';
import type { Scope } from '../model.ts';

/** Who may use a field: any of these scopes is enough, and none has to be held where the list is empty. */
export type Access = {
  /** In the shape of `@requiresScopes`: one of these lists, all of it. */
  readonly scopes: readonly (readonly Scope[])[];
  /** Whether a customer session may use it, too; it has no scopes. */
  readonly session: boolean;
  /** Whether somebody who has not said who they are may use it, too. */
  readonly anonymous?: true;
};

/** [doc] A scope of the organization contains that of its contacts, as each endpoint's row in the contract says. */
const containing: Partial<Record<Scope, Scope>> = {
  customer_read: 'organization_read',
  customer_write: 'organization_write',
};

/** Declares beside a field which scope it needs: `extensions: requires('customer_read')`. */
export function requiresScope(scope: Scope, { session = false } = {}): { access: Access } {
  const container = containing[scope];
  return { access: { scopes: container === undefined ? [[scope]] : [[scope], [container]], session } };
}

/** Declares that whoever is known to the gateway may use a field: it gives nothing that is not declared itself. */
export const anyCaller: { access: Access } = { access: { scopes: [], session: true } };

/** Declares that everybody may use a field, even without a token. */
export const anonymousAllowed: { access: Access } = { access: { ...anyCaller.access, anonymous: true } };

/** What was declared beside a field or a type. */
export function accessOf({ extensions }: { extensions: object }): Access | undefined {
  return (extensions as { access?: Access }).access; // put there by the two above
}

export function isAllowed({ scopes, session, anonymous }: Access, caller: Context['caller']): boolean {
  if (caller.isAnonymous) return anonymous === true;
  if (caller.contactId !== undefined) return session;
  const { scopes: held } = caller;
  // Nobody here knows what such a caller may do: its own token goes upstream, which judges it.
  return held === undefined || scopes.length === 0 || scopes.some((all) => all.every((scope) => held.includes(scope)));
}

/** @throws {Forbidden} for a caller that may not, before anything is asked of the upstream */
export function checkAccess(access: Access, caller: Context['caller']): void {
  if (isAllowed(access, caller)) return;
  if (caller.isAnonymous) throw new Unauthenticated('Send an access token as "Authorization: Bearer <token>".');
  if (caller.contactId !== undefined) throw new Forbidden('A customer session may not do this.');
  throw new MissingScope(access.scopes);
}

/** The loader of a node, for `node` and `nodes`, which need nothing themselves. An error stands for its own place only. */
export function guardNodeLoader<T>(
  { access }: { access: Access },
  load: (id: string, context: Context, info: GraphQLResolveInfo) => Promise<T> | T,
) {
  return async (id: string, context: Context, info: GraphQLResolveInfo): Promise<T> => {
    try {
      checkAccess(access, context.caller);
      return await load(id, context, info);
    } catch (error) {
      return standIn(error);
    }
  };
}

/** In `nodes` an error must stand for its own place only: as a value it does, which Pothos' types do not foresee. */
function standIn(thrown: unknown): never {
  return toError(thrown) as never;
}
