import {
  contactField,
  eventBlock,
  eventField,
  eventsParam,
  listParam,
  path,
  payload,
} from '../../upstream/wire/index.ts';
import { type BodyContract, bodies } from '../contract/bodies.ts';
import { wireLine } from '../contract/wire-lines.ts';
import type { Answer } from '../probe.ts';
import { field, type Session, tryCall } from '../session.ts';
import { timeOf } from './rows.ts';

/** The number of rows of a page. */
export const scrollSize = 4;

/** A list that can be scrolled. */
export type ScrolledList = {
  readonly call: number;
  readonly name: string;
  readonly contract: BodyContract;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The parameter with the scroll id, the field of the answer that has it, and that of the rows. */
  readonly idParam: string;
  readonly idField: string;
  readonly list: string;
  readonly startParam: string;
  readonly sizeParam: string;
  /** The lines of the wire contract for the time at which the list begins, the size of a page, and the scroll id. */
  readonly wire: { readonly start: string; readonly size: string; readonly id: string };
  readonly timeOf: (row: unknown) => number | undefined;
};

/** The contacts of the organization (call 1), newest first. */
export function contactList({ organizationId }: Session): ScrolledList {
  return {
    ...{ call: 1, name: 'contacts', contract: bodies.contacts, path: path.contacts(organizationId) },
    query: { [listParam.sortBy]: 'created_absolute', [listParam.sortReverse]: 'true' },
    ...{
      idParam: listParam.sid,
      idField: payload.sid,
      list: payload.contacts,
      startParam: listParam.createdStart,
      sizeParam: listParam.size,
    },
    wire: {
      start: wireLine('listParam', 'createdStart'),
      size: wireLine('listParam', 'size'),
      id: wireLine('payload', 'sid'),
    },
    timeOf: (row) => timeOf(field(row, contactField.created)),
  };
}

/** The events of the organization (call 20), latest first. */
export function eventList({ organizationId }: Session): ScrolledList {
  return {
    ...{ call: 20, name: 'events', contract: bodies.events, path: path.organizationEvents(organizationId) },
    query: { [eventsParam.sortBy]: 'utcTime', [eventsParam.sortReverse]: 'true', [eventsParam.enableScroll]: 'true' },
    ...{
      idParam: eventsParam.scrollId,
      idField: payload.scrollId,
      list: payload.events,
      startParam: eventsParam.dateStart,
      sizeParam: eventsParam.size,
    },
    wire: {
      start: wireLine('eventsParam', 'dateStart'),
      size: wireLine('eventsParam', 'size'),
      id: wireLine('payload', 'scrollId'),
    },
    timeOf: (row) => timeOf(field(field(row, eventField.when), eventBlock.when.createdAt)),
  };
}

/** Reads the first page of a scroll, or the one of a scroll id. @param start the time from which rows are wanted */
export function readPage(
  { probe, token: bearer }: Session,
  list: ScrolledList,
  id: string | undefined,
  start?: number,
): Promise<Answer | string> {
  const query = {
    ...list.query,
    [list.sizeParam]: String(scrollSize),
    ...(start !== undefined && { [list.startParam]: toTime(start) }),
  };
  return tryCall(probe, {
    path: list.path,
    query: id === undefined ? query : { ...query, [list.idParam]: id },
    bearer,
  });
}

/** The format of the documentation, without fractions of a second. */
function toTime(time: number): string {
  return new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
