import type { ContactEvent } from '../endpoints/event.ts';
import { earlierOf, eventTime, laterOf } from '../endpoints/event-filter.ts';
import { type EventQuery, eventIdentity, readEventPage, readEventRows, serializeEvents } from '../endpoints/events.ts';
import type { Upstream } from '../operation/upstream.ts';
import { payload } from '../wire/index.ts';
import { forbiddenIfNotFound } from './contact-list.ts';
import type { Bounds, ScrolledList } from './scrolled-list.ts';

/** Creates a list of events by time, for one operation. */
export function createEventList(upstream: Upstream, query: EventQuery): ScrolledList<ContactEvent> {
  const { filter, latestFirst, cid } = query;
  const read = (size: number, bounds: Bounds, sid?: string) =>
    readEventPage(upstream, query, applyBounds(query, bounds), size, sid);
  return {
    // A contact that does not exist is found out before; an organization is all that the other list needs.
    open: (size, bounds) => (cid === undefined ? read(size, bounds).catch(forbiddenIfNotFound) : read(size, bounds)),
    continue: read,
    read: (body) => readEventRows(body, filter, upstream.reporter),
    serialize: serializeEvents,
    reportWrongTotal: () => upstream.reporter.onUndecodable(payload.total, 'contradiction'),
    idOf: eventIdentity,
    order: {
      timeOf: eventTime,
      reverse: latestFirst,
      boundsAt: ({ sortValue }) => ({ [latestFirst ? 'until' : 'since']: Date.parse(sortValue) }),
      tiesKeepOrder: false,
    },
    reversed: () => createEventList(upstream, { ...query, latestFirst: !latestFirst }),
  };
}

/** The filter within bounds. The parameters that are sent for it are wider, so that they include the rows at the bound. */
function applyBounds({ filter }: EventQuery, { since, until }: Bounds) {
  return {
    ...filter,
    ...(since === undefined ? {} : { since: laterOf(filter.since ?? '', new Date(since).toISOString()) }),
    ...(until === undefined ? {} : { until: earlierOf(filter.until ?? '~', new Date(until).toISOString()) }),
  };
}
