import type { Context } from '../context.ts';
import { toGlobalId } from '../id.ts';
import type { Contact, Scope, Service } from '../model.ts';
import { contactByCid, type SelectedBranch } from './contact.ts';

/** Resolves the caller. */
export function viewer(_root: unknown, _args: object, { caller }: Context): Context['caller'] {
  return caller;
}

/**
 * Resolves the global id of the caller: the same for all tokens of a subject, and for all sessions of a contact. It is hashed,
 * because the subject of a token may be an e-mail address.
 */
export function viewerId(_caller: Context['caller'], _args: object, { idHash, callerIdentity }: Context): string {
  return toGlobalId('Viewer', idHash(JSON.stringify(['viewer', ...callerIdentity])));
}

/** Resolves the service of the caller's access token. */
export async function viewerService(_caller: unknown, _args: object, context: Context): Promise<Service | null> {
  return (await context.service()) ?? null;
}

/** Resolves what the caller may do, where its access token or the service of the token says it. */
export async function viewerScopes(
  { scopes }: Context['caller'],
  _args: object,
  context: Context,
): Promise<readonly Scope[] | null> {
  return scopes ?? (await context.service())?.scopes ?? null;
}

/** Resolves the contact of a customer session; null for any other caller. */
export async function viewerContact(branches: readonly SelectedBranch[], context: Context): Promise<Contact | null> {
  const { contactId } = context.caller;
  return contactId === undefined ? null : contactByCid(contactId, branches, context);
}
