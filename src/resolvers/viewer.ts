import type { Context } from '../context.ts';
import type { Contact } from '../model.ts';
import { type Branch, contactByCid } from './contact.ts';

/** Resolves the caller. */
export function viewer(_root: unknown, _args: object, { caller }: Context): Context['caller'] {
  return caller;
}

/** Resolves the contact of a customer session; null for any other caller. */
export async function viewerContact(branches: readonly Branch[], context: Context): Promise<Contact | null> {
  const { contactId } = context.caller;
  return contactId === undefined ? null : contactByCid(contactId, branches, context);
}
