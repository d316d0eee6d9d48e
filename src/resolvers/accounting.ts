import type { Context } from '../context.ts';
import type { Accounting, Contact } from '../model.ts';
import { ChildCursors } from './child-cursors.ts';
import { type Connection, type PageArgs, paginateRows, parseForwardPage } from './connection.ts';
import { nullIfNotFound } from './null-if-not-found.ts';

/** Resolves a contact's WiFi sessions, newest start first; null when the contact does not exist any more. */
export async function contactAccountings(
  contact: Contact,
  args: PageArgs,
  context: Context,
): Promise<Connection<Accounting> | null> {
  const cursors = new ChildCursors(context, 'accountings', contact.cid);
  const page = parseForwardPage(args, context, cursors);
  const accountings = await context.loaders.accountings.load(contact.cid).catch(nullIfNotFound);
  if (accountings === null) return null;
  return paginateRows(
    accountings,
    ({ startAt, id, sessionId }) => [startAt ?? '', id ?? sessionId ?? ''],
    page,
    cursors,
  );
}
