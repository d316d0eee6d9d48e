import type { Context } from '../context.ts';
import type { Contact, ContactSelection } from '../model.ts';
import type { Connection } from './connection.ts';
import type { Branch } from './contact.ts';
import type { ContactFilter, ContactOrder } from './contact-filter.ts';
import { parseContactSelection } from './contact-selection.ts';
import { parsePageSize } from './input/page-size.ts';
import { notAllowed } from './input/problems.ts';
import { InputValidator } from './input/validator.ts';
import { refreshStaleRows } from './refresh-stale.ts';
import { createListCursors, sliceConnection } from './slice-connection.ts';

type Optional<T> = T | null | undefined;

/** The order of a list for which the client names none. */
export const defaultOrder: ContactOrder = { field: 'created_absolute', direction: 'desc' };

/** The arguments of the field `Query.contacts`. */
export type ContactsArgs = {
  first?: Optional<number>;
  after?: Optional<string>;
  last?: Optional<number>;
  before?: Optional<string>;
  filter?: Optional<ContactFilter>;
  orderBy?: Optional<ContactOrder>;
};

/**
 * Resolves a page of the organization's contacts, forward or backward from a cursor.
 *
 * @param branches the branches that the operation selects on each contact
 * @throws {BadUserInput} for invalid page arguments, {CursorInvalid} and {CursorExpired} for cursors
 */
export async function contacts(
  args: ContactsArgs,
  branches: readonly Branch[],
  context: Context,
): Promise<Connection<Contact>> {
  const { size, backward, selection } = parseContactsArgs(args, context);
  const cursors = createListCursors(context, ...(selection.cids ?? []), ...selection.queries);
  const cursor = backward ? args.before : args.after;
  const position = cursor == null ? undefined : cursors.decrypt(cursor);
  if (branches.length > 0) await context.waitForFanOut(size * branches.length);
  const reader = await context.readContacts(selection);
  const slice = await (backward ? reader.backward(size, position) : reader.forward(size, position));
  // A contact that no longer exists has no edge.
  return sliceConnection(slice, await refreshStaleRows(slice, context), cursors);
}

/** Parses the arguments of a page but its cursor. @throws {BadUserInput} */
export function parseContactsArgs(
  args: ContactsArgs,
  limits: Pick<Context, 'maxPageSize'>,
): { size: number; backward: boolean; selection: ContactSelection } {
  const validator = new InputValidator();
  const page = parsePage(args, limits, validator);
  const selection = parseContactSelection(args.filter, args.orderBy, validator);
  validator.throwProblems();
  return { ...page, selection };
}

function parsePage(
  { first, after, last, before }: ContactsArgs,
  limits: Pick<Context, 'maxPageSize'>,
  validator: InputValidator,
): { size: number; backward: boolean } {
  const backward = last != null;
  if (first != null && backward) validator.add(['last'], notAllowed('Use "first" or "last", not both.'));
  if (backward && after != null) validator.add(['after'], notAllowed('Use "after" with "first", not with "last".'));
  if (!backward && before != null) validator.add(['before'], notAllowed('Use "before" with "last", not with "first".'));
  const size = parsePageSize(validator, backward ? 'last' : 'first', last ?? first, limits);
  return { size, backward };
}
