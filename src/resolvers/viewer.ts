import type { Context } from '../context.ts';
import type { Contact } from '../model.ts';
import { type Branch, contactByCid } from './contact.ts';

export function viewer(_root: unknown, _args: object, { caller }: Context): Context['caller'] {
  return caller;
}

/** Who a customer session is; nobody else is a contact. */
export async function viewerContact(branches: readonly Branch[], context: Context): Promise<Contact | null> {
  const { contactId } = context.caller;
  return contactId === undefined ? null : contactByCid(contactId, branches, context);
}
