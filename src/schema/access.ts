import type { Context } from '../context.ts';
import { Forbidden, MissingScope, Unauthenticated } from '../errors.ts';
import type { Scope } from '../model.ts';

/** Who may use a field. */
export type Access = {
  /** As in `@requiresScopes`: all scopes of any one list are enough; an empty outer list needs no scope. */
  readonly scopes: readonly (readonly Scope[])[];
  /** Whether a customer session, which has no scopes, may use it. */
  readonly session: boolean;
  /** Whether an anonymous caller may use it. */
  readonly anonymous?: true;
};

/** [doc] An organization scope contains the customer scope, as the contract's table of endpoints says. */
const organizationScopes: Partial<Record<Scope, Scope>> = {
  customer_read: 'organization_read',
  customer_write: 'organization_write',
  events_read: 'organization_read',
};

/** Declares the scope that a field needs: `extensions: requiresScope('customer_read')`. @param session whether a customer session may use the field */
export function requiresScope(scope: Scope, { session = false } = {}): { access: Access } {
  const container = organizationScopes[scope];
  return { access: { scopes: container === undefined ? [[scope]] : [[scope], [container]], session } };
}

/** Declares that every authenticated caller may use a field, whose result is protected by its own declarations. */
export const anyCaller: { access: Access } = { access: { scopes: [], session: true } };

/** Declares that every authenticated caller but a customer session may use a field. */
export const noCustomerSession: { access: Access } = { access: { scopes: [], session: false } };

/** Declares that anonymous callers may use a field as well. */
export const anonymousAllowed: { access: Access } = { access: { ...anyCaller.access, anonymous: true } };

/** Declares that an input is secret: a document with its value as a literal is not kept. */
export const secretInput = { secret: true } as const;

/** Declares that the value of a field is secret: an answer with it is not compressed, because its length could disclose it. */
export const secretOutput = { secret: true } as const;

/** Returns what a field or a type declares; undefined without a declaration. */
export function accessOf({ extensions }: { extensions: object }): Access | undefined {
  return (extensions as { access?: Access }).access; // set by the declarations above
}

/** Returns whether a caller may use a field with this declaration. */
export function isAllowed({ scopes, session, anonymous }: Access, caller: Context['caller']): boolean {
  if (caller.isAnonymous) return anonymous === true;
  if (caller.contactId !== undefined) return session;
  const { scopes: held } = caller;
  // The scopes of a forwarded token may be unknown; the upstream checks such a token.
  return held === undefined || scopes.length === 0 || scopes.some((all) => all.every((scope) => held.includes(scope)));
}

/** Checks a caller before any upstream call. @throws {Unauthenticated} for an anonymous caller, {Forbidden} for any other */
export function checkAccess(access: Access, caller: Context['caller']): void {
  if (isAllowed(access, caller)) return;
  if (caller.isAnonymous) throw new Unauthenticated('Send an access token as "Authorization: Bearer <token>".');
  if (caller.contactId !== undefined) throw new Forbidden('A customer session may not do this.');
  throw new MissingScope(access.scopes);
}
