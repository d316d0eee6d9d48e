import type { Context } from '../context.ts';
import type { Accounting, Contact } from '../model.ts';
import { type Connection, type PageArgs, pageOf } from './connection.ts';

/** A contact's WiFi sessions, the one that started last first. */
export async function contactAccountings(
  contact: Contact,
  page: PageArgs,
  { loaders }: Context,
): Promise<Connection<Accounting>> {
  const accountings = await loaders.accountings.load(contact.cid);
  return pageOf(accountings, ({ startAt, id, sessionId }) => [startAt ?? '', id ?? sessionId ?? ''], page);
}
