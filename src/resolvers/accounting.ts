import type { Context } from '../context.ts';
import type { Accounting, Contact } from '../model.ts';
import { type Connection, type PageArgs, pageOf } from './connection.ts';
import { nullIfMissing } from './missing.ts';

/** A contact's WiFi sessions, the one that started last first. */
export async function contactAccountings(
  contact: Contact,
  page: PageArgs,
  context: Context,
): Promise<Connection<Accounting> | null> {
  const accountings = await context.loaders.accountings.load(contact.cid).catch(nullIfMissing);
  if (accountings === null) return null;
  return pageOf(accountings, ({ startAt, id, sessionId }) => [startAt ?? '', id ?? sessionId ?? ''], page, context);
}
