import {
  eventBlock,
  eventField,
  eventSortKeys,
  eventsParam,
  eventTypes,
  pageSize,
} from '../src/upstream/wire/index.ts';
import { validationError } from './api-error.ts';
import { parseBoolean, parseEnum, parseInstant, parseInteger, parseList, parseText } from './param-values.ts';
import { type Params, rejectUnknownParams } from './query-params.ts';
import { createEncoder } from './wire-names.ts';

/** How the calls of events behave, which differs between upstreams. */
export type EventSettings = {
  /** Whether the events of a contact (endpoint 3) are affected by any parameter; if not, each call returns all of them. */
  contactParams: boolean;
  /** Whether the events of a contact can be scrolled; if not, `enableScroll` is ignored there. */
  contactScroll: boolean;
  /** Whether a row has its type and id in `event`, at its top, or some rows in either form. */
  spelling: 'nested' | 'flat' | 'mixed';
  /** Emulates a defect: each new scroll has the rows of one time in another order. */
  shuffleTies: boolean;
};

/** The settings without configuration. */
export const defaultEventSettings: EventSettings = {
  contactParams: true,
  contactScroll: true,
  spelling: 'mixed',
  shuffleTies: false,
};

/** The parameters of a call of events, parsed. */
export type EventsQuery = {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly types: readonly string[] | undefined;
  readonly size: number | undefined;
  readonly sortBy: (typeof eventSortKeys)[number] | undefined;
  readonly reverse: boolean;
  readonly enableScroll: boolean;
  readonly scrollId: string | undefined;
};

const known: ReadonlySet<string> = new Set(Object.values(eventsParam));

/** Parses the parameters strictly. @throws {ApiError} 409 */
export function parseEventsQuery(params: Params): EventsQuery {
  rejectUnknownParams(params, (name) => known.has(name));
  function parse<T>(name: string, parseValue: (name: string, value: string) => T): T | undefined {
    const value = params.get(name);
    return value === undefined ? undefined : parseValue(name, value);
  }
  const sortBy = parse(eventsParam.sortBy, (name, value) => parseEnum(name, value, eventSortKeys));
  const reverse = parse(eventsParam.sortReverse, parseBoolean);
  const types = parse(eventsParam.events, parseList);
  const strange = types?.find((type) => !(eventTypes as readonly string[]).includes(type));
  if (strange !== undefined) throw validationError(`"${eventsParam.events}" must be types of events`);
  return {
    from: parse(eventsParam.dateStart, parseInstant),
    to: parse(eventsParam.dateEnd, parseInstant),
    types,
    size: parse(eventsParam.size, (name, value) => parseInteger(name, value, pageSize)),
    sortBy,
    reverse: reverse === true,
    enableScroll: parse(eventsParam.enableScroll, parseBoolean) === true,
    scrollId: parse(eventsParam.scrollId, parseText),
  };
}

type Row = { readonly event?: { type?: unknown; id?: unknown }; readonly when?: { createdAt?: unknown } | null };

/** Selects and sorts rows. Both ends of the range are included; rows of equal times stay in their order in both directions. */
export function selectEvents(rows: readonly unknown[], query: EventsQuery, { shuffleTies }: EventSettings) {
  const { from, to, types, sortBy, reverse } = query;
  const timed = (rows as readonly Row[]).map((row) => ({
    row,
    time: timeOf(row),
    tie: shuffleTies ? Math.random() : 0,
  }));
  const selected = timed.filter(
    ({ row, time }) =>
      (from === undefined || (time !== undefined && time >= from)) &&
      (to === undefined || (time !== undefined && Math.floor(time / 1000) * 1000 <= to)) &&
      (types === undefined || types.includes(String(row?.event?.type))),
  );
  if (sortBy !== undefined) {
    const sign = reverse ? -1 : 1;
    selected.sort((a, b) => {
      if (a.time === undefined || b.time === undefined)
        return Number(a.time === undefined) - Number(b.time === undefined);
      return sign * (a.time - b.time) || a.tie - b.tie;
    });
  }
  return selected.map(({ row }) => row);
}

function timeOf(row: Row | null): number | undefined {
  const time = Date.parse(String(row?.when?.createdAt));
  return Number.isNaN(time) ? undefined : time;
}

const encode = createEncoder(eventField, eventBlock);

/** Converts rows to their form on the wire. Every second row is flat where the spellings are mixed. */
export function encodeEvents(rows: readonly unknown[], { spelling }: EventSettings): unknown {
  return encode(
    rows.map((row, index) => (spelling === 'flat' || (spelling === 'mixed' && index % 2 === 1) ? flatten(row) : row)),
  );
}

function flatten(row: unknown): unknown {
  const { event, ...rest } = Object(row) as Row;
  return typeof event === 'object' && event !== null ? { ...event, ...rest } : row;
}
