import type { Context } from '../context.ts';
import {
  type Contact,
  type ContactEvent,
  type EventFilter,
  eventIdentity,
  eventTime,
  isEncryptedCursor,
  matchesFilter,
  type Position,
} from '../model.ts';
import {
  type Connection,
  type ForwardPage,
  LazyPageInfo,
  type PageArgs,
  paginateRows,
  parseForwardPage,
  type RowKey,
  rowsUpTo,
} from './connection.ts';
import { contactByCid, type SelectedBranch } from './contact.ts';
import { type EventFilterArgs, parseEventFilter } from './event-args.ts';
import { InputValidator } from './input/validator.ts';
import { nullIfNotFound } from './null-if-not-found.ts';
import { createListCursors, type ListCursors, sliceConnection } from './slice-connection.ts';

/** The arguments of the field `Contact.events`. */
export type EventArgs = PageArgs & EventFilterArgs;

type ParsedEventArgs = {
  readonly filter: EventFilter;
  readonly page: ForwardPage;
  /** A cursor that is encrypted, of a page beyond the events that one answer of the upstream has. */
  readonly encryptedCursor: string | undefined;
};

/** Parses the arguments of a contact's events. @throws {BadUserInput}, {CursorInvalid} */
export function parseEventArgs(args: EventArgs, context: Pick<Context, 'maxPageSize'>): ParsedEventArgs {
  const validator = new InputValidator();
  const filter = parseEventFilter(args, validator);
  const { first, after } = args;
  const encryptedCursor = after != null && isEncryptedCursor(after) ? after : undefined;
  const page = parseForwardPage({ first, after: encryptedCursor === undefined ? after : null }, context, validator);
  return { filter, page, encryptedCursor };
}

/**
 * Resolves a contact's events, latest first. One answer of the upstream nearly always has all of them, and all pages are made
 * of it. The pages of a contact with more events are read by a scroll from where that answer ends.
 */
export async function contactEvents(
  contact: Contact,
  args: EventArgs,
  context: Context,
): Promise<Connection<ContactEvent> | null> {
  const { filter, page, encryptedCursor } = parseEventArgs(args, context);
  if (encryptedCursor !== undefined) return readOn(contact, filter, page, encryptedCursor, context);
  const answer = await context.loaders.events.load(contact.cid, filter).catch(nullIfNotFound);
  if (answer === null) return null;
  const { events, isComplete } = answer;
  const wanted = events.every((event) => matchesFilter(event, filter))
    ? events
    : events.filter((event) => matchesFilter(event, filter));
  const connection = paginateRows(wanted, keyOf, page);
  if (isComplete) return connection;
  // Of the events at the end of an answer, others of the same time may follow.
  const answeredTo = eventTime(events.at(-1) ?? ({} as ContactEvent));
  const last = connection.edges.at(-1)?.node;
  if (connection.edges.length === page.size && last !== undefined && eventTime(last) > answeredTo) {
    const { hasPreviousPage, startCursor, endCursor } = connection.pageInfo;
    const pageInfo = new LazyPageInfo(hasPreviousPage, true, (index) => (index === 0 ? startCursor : endCursor));
    return { totalCount: undefined, edges: connection.edges, pageInfo };
  }
  return readOn(contact, filter, page, wanted, context);
}

/**
 * Reads a page of a contact's events by a scroll.
 *
 * @param from an encrypted cursor, or the events that the cursor of the page belongs to
 */
async function readOn(
  { cid }: Contact,
  filter: EventFilter,
  page: ForwardPage,
  from: string | readonly ContactEvent[],
  context: Context,
): Promise<Connection<ContactEvent> | null> {
  const cursors = createListCursors(context, 'events', cid, filter);
  const after = typeof from === 'string' ? cursors.decrypt(from) : positionAfter(from, page, cursors);
  const list = await context.readEvents({ cid, filter, latestFirst: true });
  const slice = await list.forward(page.size, after).catch(nullIfNotFound);
  return slice && { ...sliceConnection(slice, slice.rows, cursors), totalCount: undefined };
}

/** The position after a cursor of the pages that are made of one answer, in the list that the upstream scrolls. */
function positionAfter(
  wanted: readonly ContactEvent[],
  { after }: ForwardPage,
  { idOf }: ListCursors,
): Position | undefined {
  if (after === undefined) return undefined;
  const scrollSessionId = idOf(after.join());
  const [sortValue, tie] = after;
  const read = rowsUpTo(wanted, keyOf, after).filter((event) => eventTime(event) === sortValue);
  const recentIds = read.length > 0 ? read.map(eventIdentity) : [tie];
  const { length } = recentIds;
  const openedAt = new Date().toISOString();
  return {
    scrollSessionId,
    sortValue,
    recentIds,
    tiedRows: length,
    rank: length,
    digest: 0,
    total: undefined,
    openedAt,
  };
}

function keyOf(event: ContactEvent): RowKey {
  return [eventTime(event), event.id ?? ''];
}

/** Resolves the contact of an event; null for one that no longer exists. */
export async function eventContact(
  { contactId }: ContactEvent,
  branches: readonly SelectedBranch[],
  context: Context,
): Promise<Contact | null> {
  return contactId == null ? null : contactByCid(contactId, branches, context);
}
