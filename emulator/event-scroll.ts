import { eventsParam, payload } from '../src/upstream/wire/index.ts';
import { validationError } from './api-error.ts';
import type { Call } from './endpoint.ts';
import { type EventSettings, type EventsQuery, encodeEvents, selectEvents } from './event-rows.ts';
import type { System } from './system.ts';

/** The settings of the events, which the control functions change. */
export type EventSettingsStore = {
  current(): EventSettings;
  configure(settings: Partial<EventSettings>): void;
};

/** Creates the settings. */
export function createEventSettings(initial: EventSettings): EventSettingsStore {
  let settings = initial;
  return {
    current: () => settings,
    configure(changes) {
      settings = { ...settings, ...changes };
    },
  };
}

/** Rows of a page without a size [assumed]: the default of Elasticsearch. */
export const defaultEventsSize = 10;

/**
 * Reads a page of events: all that match, the first of them, or a page of a scroll.
 *
 * @param rowsOf returns all rows of the list; called for a new page only
 * @throws {ApiError} 409 for a changed parameter of a scroll, and the configured status for an expired one
 */
export function readEvents(
  { organization, id, params }: Call,
  { eventScrolls, events }: System,
  query: EventsQuery,
  rowsOf: () => readonly unknown[],
): object {
  const settings = events.current();
  const { size, scrollId, enableScroll } = query;
  const request = { organizationId: `${organization.organizationId} ${id}`, query: toQueryKey(params) };
  if (scrollId !== undefined) {
    if (!enableScroll) throw validationError('A scroll id needs "enableScroll"');
    return respond(eventScrolls.next(scrollId, { ...request, size }), settings);
  }
  const rows = selectEvents(rowsOf(), query, settings);
  if (!enableScroll)
    return respond({ rows: size === undefined ? rows : rows.slice(0, size), sid: undefined }, settings);
  return respond(eventScrolls.open({ ...request, size: size ?? defaultEventsSize }, rows), settings);
}

function respond(
  { rows, sid }: { rows: readonly unknown[]; sid: string | undefined },
  settings: EventSettings,
): object {
  return { [payload.count]: rows.length, [payload.scrollId]: sid, [payload.events]: encodeEvents(rows, settings) };
}

/** Serializes the parameters that must not change during a scroll. */
function toQueryKey(params: Call['params']): string {
  const changing: readonly string[] = [eventsParam.scrollId, eventsParam.enableScroll, eventsParam.size];
  const fixed = [...params].filter(([name]) => !changing.includes(name));
  return JSON.stringify(fixed.sort(([a], [b]) => (a < b ? -1 : 1)));
}
