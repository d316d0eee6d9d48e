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
  /** The parameter with the scroll id, the field of the answer that has it, and the list. */
  readonly idParam: string;
  readonly idField: string;
  readonly list: string;
  readonly startParam: string;
  /** Where the wire contract names the parameter of the time at which the list begins, and the one of the scroll id. */
  readonly wire: { readonly start: string; readonly id: string };
  readonly timeOf: (row: unknown) => number | undefined;
};

/** The contacts of the organization (call 1), newest first. */
export function contactList({ organizationId }: Session): ScrolledList {
  return {
    ...{ call: 1, name: 'contacts', contract: bodies.contacts, path: path.contacts(organizationId) },
    query: { [listParam.sortBy]: 'created_absolute', [listParam.sortReverse]: 'true' },
    ...{ idParam: listParam.sid, idField: payload.sid, list: payload.contacts, startParam: listParam.createdStart },
    wire: { start: wireLine('listParam', 'createdStart'), id: wireLine('payload', 'sid') },
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
    },
    wire: { start: wireLine('eventsParam', 'dateStart'), id: wireLine('payload', 'scrollId') },
    timeOf: (row) => timeOf(field(field(row, eventField.when), eventBlock.when.createdAt)),
  };
}

/** Reads the first page of a scroll, or the one of a scroll id. @param start the time from which rows are wanted */
export function readPage(
  { probe, token: bearer }: Session,
  list: ScrolledList,
  id: string | undefined,
  start?: string,
): Promise<Answer | string> {
  const query = {
    ...list.query,
    size: String(scrollSize),
    ...(start !== undefined && { [list.startParam]: start }),
  };
  return tryCall(probe, {
    path: list.path,
    query: id === undefined ? query : { ...query, [list.idParam]: id },
    bearer,
  });
}
