import type { DecodeReporter } from '../decode/fields.ts';
import { eventsParam } from '../wire/index.ts';
import type { ContactEvent, EventKind } from './event.ts';

/** Which events: `since` is inclusive, `until` exclusive, both in RFC 3339 with milliseconds. */
export type EventFilter = {
  readonly types?: readonly EventKind[] | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
};

/** Instants have one text format, so that comparing texts compares times; '' sorts before all. */
export function eventTime(event: ContactEvent): string {
  return event.createdAt ?? '';
}

/** Whether an event matches a filter. The upstream may ignore any parameter, so each row is checked. */
export function matchesFilter(event: ContactEvent, { types, since = '', until }: EventFilter): boolean {
  if (types !== undefined && !types.includes(event.kind)) return false;
  if (since === '' && until === undefined) return true;
  const at = eventTime(event);
  return at >= since && (until === undefined || at < until);
}

/** A filter that all events match which match any of several filters. */
export function commonFilter([first = {}, ...others]: readonly EventFilter[]): EventFilter {
  return others.reduce<EventFilter>(
    (common, { types, since, until }) => ({
      types: common.types && types && [...new Set([...common.types, ...types])].sort(),
      since: common.since && since && earlierOf(common.since, since),
      until: common.until && until && laterOf(common.until, until),
    }),
    first,
  );
}

/** The earlier of two times. */
export function earlierOf(one: string, other: string): string {
  return one < other ? one : other;
}

/** The later of two times. */
export function laterOf(one: string, other: string): string {
  return one < other ? other : one;
}

/** Whether all events that match one filter match the other one as well. */
export function covers(wide: EventFilter, { types, since, until }: EventFilter): boolean {
  return (
    (wide.types === undefined || types?.every((type) => wide.types?.includes(type)) === true) &&
    (wide.since === undefined || (since !== undefined && since >= wide.since)) &&
    (wide.until === undefined || (until !== undefined && until <= wide.until))
  );
}

/** The times that can be written with four digits for the year. */
const [firstTime, lastTime] = [Date.parse('0000-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59Z')];

/**
 * Sets the parameters for a filter. It is not documented whether the bounds are inclusive, and they have no fractions of a
 * second, so they are a second wider than the filter.
 */
export function setFilterParams(params: URLSearchParams, { types, since, until }: EventFilter): void {
  if (since !== undefined) setTime(params, eventsParam.dateStart, Date.parse(since), -1);
  if (until !== undefined) setTime(params, eventsParam.dateEnd, Date.parse(until), 1);
  // Without a name for the unknown kinds there is no list of all wanted ones.
  if (types !== undefined && types.length > 0 && !types.includes('unknown')) {
    params.set(eventsParam.events, [...types].sort().join());
  }
}

/** A time that has no text in the format of the documentation is left out: the rows are filtered here in any case. */
function setTime(params: URLSearchParams, name: string, time: number, direction: 1 | -1): void {
  const second = (direction > 0 ? Math.ceil(time / 1000) + 1 : Math.floor(time / 1000) - 1) * 1000;
  if (second >= firstTime && second <= lastTime) {
    params.set(name, new Date(second).toISOString().replace(/\.\d{3}Z$/, 'Z'));
  }
}

/** Counts the rows that are outside of what was requested, by the parameter that the upstream ignored. */
export function reportIgnoredParams(
  events: readonly ContactEvent[],
  sent: URLSearchParams,
  reporter: DecodeReporter,
): void {
  const [start, end] = [eventsParam.dateStart, eventsParam.dateEnd].map((name) => Date.parse(sent.get(name) ?? ''));
  const types = sent.get(eventsParam.events)?.split(',');
  if (types === undefined && Number.isNaN(start) && Number.isNaN(end)) return;
  for (const event of events) {
    const at = Date.parse(eventTime(event));
    if (start !== undefined && at < start) reporter.onUndecodable(eventsParam.dateStart, 'contradiction');
    if (end !== undefined && at >= end + 1_000) reporter.onUndecodable(eventsParam.dateEnd, 'contradiction');
    if (types?.includes(event.kind) === false) reporter.onUndecodable(eventsParam.events, 'contradiction');
  }
}
