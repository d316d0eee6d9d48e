import type { Context } from '../context.ts';
import { type Contact, positionOfRow } from '../model.ts';
import type { Edge } from './connection.ts';
import { contactByCid, type SelectedBranch } from './contact.ts';
import { parseContactSelection } from './contact-selection.ts';
import { defaultOrder } from './contacts.ts';
import { InputValidator } from './input/validator.ts';
import { createListCursors } from './slice-connection.ts';

/**
 * Resolves a contact as an edge of the list of all contacts in its default order: by the time of creation, which gives each
 * contact a place that is known without the list. Null for a contact that does not exist any more.
 *
 * @param branches the branches to start together with the contact's own call
 */
export async function contactEdge(
  cid: string,
  branches: readonly SelectedBranch[],
  context: Context,
): Promise<Edge<Contact> | null> {
  const contact = await contactByCid(cid, branches, context);
  return contact === null ? null : { node: contact, cursor: cursorOf(contact, context) };
}

function cursorOf({ cid, created }: Contact, context: Context): string {
  const { queries } = parseContactSelection(undefined, defaultOrder, new InputValidator());
  const cursors = createListCursors(context, ...queries);
  return cursors.encrypt(positionOfRow(cid, created ?? '', cursors.idOf(cid)));
}
