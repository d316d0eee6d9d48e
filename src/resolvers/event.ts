import type { Context } from '../context.ts';
import {
  type Contact,
  type ContactEvent,
  type EventFilter,
  eventIdentity,
  eventTime,
  matchesFilter,
  type Position,
} from '../model.ts';
import { ChildCursors } from './child-cursors.ts';
import {
  type Connection,
  type ForwardPage,
  LazyPageInfo,
  type PageArgs,
  paginateRows,
  parseSize,
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
  /** A cursor of a page beyond the events that one answer of the upstream has, which only the scrolled list can check. */
  readonly scrollCursor: string | undefined;
};

/**
 * Parses the arguments of a contact's events whose contact is not loaded yet.
 *
 * @returns null for a page behind a cursor, which only the contact that it belongs to can check
 * @throws {BadUserInput}
 */
export function parseFirstEvents(
  args: EventArgs,
  context: Pick<Context, 'maxPageSize'>,
): { filter: EventFilter } | null {
  const { filter } = parseFilterAndSize(args, context);
  return args.after == null ? { filter } : null;
}

function parseEventArgs(args: EventArgs, context: Context, cursors: ChildCursors): ParsedEventArgs {
  const { filter, size } = parseFilterAndSize(args, context);
  if (args.after == null) return { filter, page: { size, after: undefined }, scrollCursor: undefined };
  const after = cursors.find(args.after);
  return { filter, page: { size, after }, scrollCursor: after === undefined ? args.after : undefined };
}

function parseFilterAndSize(args: EventArgs, context: Pick<Context, 'maxPageSize'>) {
  const validator = new InputValidator();
  const filter = parseEventFilter(args, validator);
  return { filter, size: parseSize(args, context, validator) };
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
  const childCursors = new ChildCursors(context, 'events', contact.cid);
  const { filter, page, scrollCursor } = parseEventArgs(args, context, childCursors);
  if (scrollCursor !== undefined) return readOn(contact, filter, page, scrollCursor, context);
  const answer = await context.loaders.events.load(contact.cid, filter).catch(nullIfNotFound);
  if (answer === null) return null;
  const { events, isComplete } = answer;
  const wanted = events.every((event) => matchesFilter(event, filter))
    ? events
    : events.filter((event) => matchesFilter(event, filter));
  const connection = paginateRows(wanted, keyOf, page, childCursors);
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
 * @param from a cursor of such a page, or the events that the cursor of the page belongs to
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
  const list = await context.readEvents({ cid, filter, latestFirst: true }, typeof from === 'string' ? 1 : 0);
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
