import { UpstreamBadResponse } from '../../errors.ts';
import type { ResponseBody } from '../client/body.ts';
import { count, type DecodeReporter, instant } from '../decode/fields.ts';
import { parseJson, stringifyExactJson } from '../decode/json.ts';
import { createResponseReader, type ResponseReader } from '../decode/response.ts';
import { toWireObject } from '../decode/row.ts';
import type { Upstream } from '../operation/upstream.ts';
import { envelopeField, eventsParam, pageSize, payload } from '../wire/index.ts';
import { type ContactEvent, eventRows } from './event.ts';
import { type EventFilter, eventTime, matchesFilter, reportIgnoredParams, setFilterParams } from './event-filter.ts';
import { type ListPage, pageRows, scrollIdOrEnd } from './list-page.ts';

const eventPage = pageRows(eventRows);

/** What one call answers about the events of a contact. */
export type EventAnswer = {
  /** The events in no particular order. Some may not match the filter. */
  readonly events: readonly ContactEvent[];
  /** Whether these are all; otherwise they are the latest ones, if the upstream sorts them as it was requested to. */
  readonly isComplete: boolean;
};

/** A list of events by time: of one contact (endpoint 3), or of the organization (endpoint 20). */
export type EventQuery = {
  readonly cid?: string | undefined;
  readonly filter: EventFilter;
  readonly latestFirst: boolean;
};

/**
 * Endpoint 3: reads the latest events of a contact, which are all of them for nearly every contact: as many as an answer may
 * have. A shorter answer is complete [assumed].
 *
 * @throws {NotFound}
 */
export function listEvents(upstream: Upstream, cid: string, filter: EventFilter): Promise<EventAnswer> {
  const { types, since, until } = filter;
  const isUnfiltered = types === undefined && since === undefined && until === undefined;
  const params = isUnfiltered ? unfilteredParams : toParams({ filter, latestFirst: true }, pageSize.max);
  return upstream.read('events', cid, toAnswer, params);

  function toAnswer(answer: ResponseReader): EventAnswer {
    const { rows: events, returned } = answer.required(payload.events, eventPage);
    const stated = Math.max(answer.optional(payload.total, count) ?? 0, answer.optional(payload.count, count) ?? 0);
    reportIgnoredParams(events, params, upstream.reporter);
    const isComplete = returned < pageSize.max && stated <= returned;
    if (!isComplete) requireOrder(events, { latestFirst: true });
    return { events, isComplete };
  }
}

/**
 * Endpoints 3 and 20: opens a scroll over a list of events, or reads its next page. The upstream answers each scroll id once.
 *
 * @param sent the part of the list that the scroll has; the rows that are returned may be outside of it
 */
export async function readEventPage(
  upstream: Upstream,
  query: EventQuery,
  sent: EventFilter,
  size: number,
  scrollId?: string,
): Promise<ListPage<ContactEvent>> {
  const params = toParams({ ...query, filter: sent }, size);
  params.set(eventsParam.enableScroll, 'true');
  if (scrollId !== undefined) params.set(eventsParam.scrollId, scrollId);
  const kind = scrollId === undefined ? 'read' : 'scroll';
  return await upstream.listEvents({ query: params, rows: size, kind }, query.cid, (answer, body) => {
    const { rows, returned } = answer.required(payload.events, eventPage);
    reportIgnoredParams(rows, params, upstream.reporter);
    requireOrder(rows, query);
    const [first] = rows;
    const sid = answer.required(payload.scrollId, scrollIdOrEnd) ?? undefined;
    return {
      rows: rows.filter((event) => matchesFilter(event, query.filter)),
      firstId: first && eventIdentity(first),
      returned,
      sid,
      // It is assumed only that the events of a contact have scrolls. Without one, a full page is not the end of the list:
      // more rows count as due, so that the next page is read from the position of the last one.
      total:
        query.cid !== undefined && sid === undefined && returned >= size
          ? returned + 1
          : answer.optional(payload.total, count),
      generated: answer.optional(envelopeField.generated, instant),
      body,
    };
  });
}

/** Reads the rows of a page from its body: one that was received, or the result of `serializeEvents`. */
export function readEventRows(
  body: Buffer | ResponseBody,
  filter: EventFilter,
  reporter?: DecodeReporter,
): readonly ContactEvent[] {
  const { required } = createResponseReader(Buffer.isBuffer(body) ? parseJson(body) : body.json, reporter);
  return required(payload.events, eventRows).filter((event) => matchesFilter(event, filter));
}

/** Returns rows as the body of a page. */
export function serializeEvents(events: readonly ContactEvent[]): Buffer {
  return Buffer.from(stringifyExactJson({ [payload.events]: events.map(toWireObject) }));
}

/** What identifies an event: its id, or for an event without one what is known about it. */
export function eventIdentity(event: ContactEvent): string {
  const { id, type, createdAt, contactId, locationId, hotspotId } = event;
  return id ?? JSON.stringify([type, createdAt, contactId, locationId, hotspotId]);
}

function toParams({ filter, latestFirst }: EventQuery, size: number): URLSearchParams {
  const params = new URLSearchParams({ [eventsParam.size]: String(size), [eventsParam.sortBy]: 'utcTime' });
  if (latestFirst) params.set(eventsParam.sortReverse, 'true');
  setFilterParams(params, filter);
  return params;
}

/** The parameters of nearly all calls, which are held for as long as the calls are pending. They are never changed. */
const unfilteredParams = toParams({ filter: {}, latestFirst: true }, pageSize.max);

/**
 * Checks that a page is sorted: a scroll is reopened by the time of a row, which would skip or repeat rows in another order.
 *
 * @throws {UpstreamBadResponse}
 */
function requireOrder(events: readonly ContactEvent[], { latestFirst }: Pick<EventQuery, 'latestFirst'>): void {
  let last: string | undefined;
  for (const event of events) {
    const at = eventTime(event);
    if (at === '') continue; // Events without a time may be at either end.
    if (last !== undefined && (latestFirst ? at > last : at < last)) {
      throw new UpstreamBadResponse('The upstream did not sort the events by time.');
    }
    last = at;
  }
}
