import { Forbidden, NotFound } from '../../errors.ts';
import type { ResponseBody } from '../client/body.ts';
import type { Contact } from '../endpoints/contact.ts';
import {
  type ContactPage,
  type ContactQuery,
  continueScroll,
  type FoundContacts,
  openScroll,
  readContactRows,
  searchContacts,
  serializeContactRows,
} from '../endpoints/contacts.ts';
import type { Upstream } from '../operation/upstream.ts';
import { payload } from '../wire/index.ts';
import { mergeLists } from './merged-list.ts';
import type { PageIndex } from './page-index.ts';
import type { PositionInList } from './position.ts';
import type { Bounds, ScrolledList, TimeOrder } from './scrolled-list.ts';

/** The upstream's list of contacts for one operation. Every page that is read goes to the operation's page index. */
export type ContactLists = {
  /** Opens a scroll and returns its first page. */
  open(query: ContactQuery, size: number): Promise<ContactPage>;
  /** Reads the first rows of a list that is not continued, so that operations can share the page. */
  find(query: ContactQuery, size: number): Promise<FoundContacts>;
  /** Reads the next page of a scroll, which the upstream returns once only. */
  continue(query: ContactQuery, size: number, sid: string): Promise<ContactPage>;
  /** Parses the rows of a stored page. */
  read(body: Buffer | ResponseBody): readonly Contact[];
  /** Reports that the upstream has miscounted the rows of a scroll. */
  reportWrongTotal(): void;
};

/** Creates the list of contacts for one operation. */
export function createContactLists(upstream: Upstream, { add }: Pick<PageIndex, 'add'>): ContactLists {
  function index(page: ContactPage): ContactPage {
    add(page.rows);
    return page;
  }
  return {
    open: (query, size) => openScroll(upstream, query, size).then(index, forbiddenIfNotFound),
    async find(query, size) {
      const found = await searchContacts(upstream, query, size).catch(forbiddenIfNotFound);
      add(found.contacts);
      return found;
    },
    continue: (query, size, sid) => continueScroll(upstream, query, size, sid).then(index),
    read(body) {
      const rows = readContactRows(body, upstream.reporter);
      add(rows);
      return rows;
    },
    reportWrongTotal: () => upstream.reporter.onUndecodable(payload.total, 'contradiction'),
  };
}

/** The first page of a list needs nothing but the organization, so that is what was not found. */
export function forbiddenIfNotFound(error: unknown): never {
  throw error instanceof NotFound
    ? new Forbidden('The upstream does not know this organization.', { cause: error })
    : error;
}

/** Which contacts a list has, in which order. */
export type ContactSelection = {
  /** A contact must match one of these queries, which are equal but for the conditions that have several values. */
  readonly queries: readonly [ContactQuery, ...ContactQuery[]];
  /** The ids of the contacts, each once; the one query has the order only. */
  readonly cids?: readonly string[] | undefined;
};

/** Creates the list of selected contacts. @param wrap changes the list of each query before they are merged */
export function createSelectedList(
  lists: ContactLists,
  { queries: [first, ...more] }: ContactSelection,
  wrap: (list: ScrolledList<Contact>) => ScrolledList<Contact>,
): ScrolledList<Contact> {
  const create = (query: ContactQuery) => wrap(createContactList(lists, query));
  if (more.length === 0) return create(first);
  // A contact has one sign-up method. The upstream may find it by several texts, if it does not compare them exactly.
  const isDisjoint = new Set([first, ...more].map((query) => query.signupMethod)).size === more.length + 1;
  return mergeLists([create(first), ...more.map(create)], isDisjoint);
}

/** Creates the list of contacts that a query describes. */
export function createContactList(lists: ContactLists, query: ContactQuery): ScrolledList<Contact> {
  return {
    open: (size, bounds) => lists.open(applyBounds(query, bounds), size),
    continue: (size, bounds, sid) => lists.continue(applyBounds(query, bounds), size, sid),
    read: lists.read,
    serialize: serializeContactRows,
    reportWrongTotal: lists.reportWrongTotal,
    idOf: ({ cid }) => cid,
    order: timeOrderOf(query),
    reversed: () => createContactList(lists, reverseOrder(query)),
  };
}

function applyBounds(query: ContactQuery, bounds: Bounds): ContactQuery {
  const dates = Object.entries(bounds).map(([name, time]) => [name, time === undefined ? undefined : new Date(time)]);
  return { ...query, ...Object.fromEntries(dates) };
}

/** The field that holds the time by which contacts are sorted; undefined for an order that is not by time. */
export function timeFieldOf(sort: ContactQuery['sort']): 'created' | 'modified' | undefined {
  if (sort?.key === 'created' || sort?.key === 'created_absolute') return 'created';
  return sort?.key === 'modified_absolute' ? 'modified' : undefined;
}

function timeOrderOf(query: ContactQuery): TimeOrder<Contact> | undefined {
  const { sort } = query;
  const time = timeFieldOf(sort);
  if (time === undefined) return undefined;
  return {
    timeOf: (contact) => contact[time] ?? '',
    reverse: sort?.reverse === true,
    boundsAt: (position) => boundsAt(query, time, position),
    tiesKeepOrder: true,
  };
}

/** The upstream compares whole seconds and includes both ends, so the scroll returns the position's ties again. */
function boundsAt(
  query: ContactQuery,
  time: 'created' | 'modified',
  position: Pick<PositionInList, 'sortValue' | 'openedAt'>,
): Bounds {
  const at = Date.parse(position.sortValue);
  const [from, to] =
    time === 'created' ? [query.createdStart, query.createdEnd] : [query.modifiedStart, query.modifiedEnd];
  if (query.sort?.reverse) return { [`${time}End`]: Math.min(to?.getTime() ?? at, at) };
  const start = { [`${time}Start`]: Math.max(from?.getTime() ?? at, at) };
  if (time === 'created') return start;
  // Ascending by modification, a row that was read and then modified would be returned again at the end, so the list ends
  // at the time when it was opened. Rows that were modified in that very second are kept: no row may be missing.
  const opened = Date.parse(position.openedAt);
  if (at > opened) return start;
  return { ...start, modifiedEnd: Math.min(to?.getTime() ?? opened, opened) };
}

function reverseOrder({ sort, ...query }: ContactQuery): ContactQuery {
  return sort === undefined ? query : { ...query, sort: { ...sort, reverse: !sort.reverse } };
}
