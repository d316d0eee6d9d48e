import { listParam, pageSize, payload, sortKeys } from '../../src/upstream/wire.ts';
import { forbidden, invalid } from '../api-error.ts';
import { toWireContacts } from '../contact.ts';
import { type Call, type Endpoint, reading } from '../endpoint.ts';
import { isFilter, toPredicates } from '../filter.ts';
import { parseBoolean, parseEnum, parseInteger, parseText } from '../param-values.ts';
import { onlyKnown, type Params } from '../query-params.ts';
import { searchContacts } from '../search.ts';
import type { Order } from '../sort.ts';
import type { System } from '../system.ts';

/** Endpoint 1: the contacts of an organization, filtered, sorted, and scrolled through by sid. */
export const list: Endpoint = {
  scopes: reading,
  answer(call, system) {
    if (call.id !== call.population.organizationId) throw forbidden();
    const { rows, total, sid } = readPage(call, system);
    return {
      [payload.count]: rows.length,
      [payload.total]: total,
      [payload.sid]: sid,
      [payload.contacts]: toWireContacts(rows),
    };
  },
};

/** [assumed] Elasticsearch's own default. */
const defaultSize = 10;

const controls: ReadonlySet<string> = new Set([listParam.sid, listParam.size, listParam.sortBy, listParam.sortReverse]);

function readPage({ params, population }: Call, { scrolls }: System) {
  onlyKnown(params, (name) => controls.has(name) || isFilter(name));
  const filters = new Map([...params].filter(([name]) => !controls.has(name)));
  toPredicates(filters); // a bad value is refused even where a sid makes the filters superfluous
  const order = toOrder(params);
  const size = toSize(params);
  const { organizationId } = population;
  const query = canonical(params);
  const sid = params.get(listParam.sid);
  if (sid !== undefined) return scrolls.next(parseText(listParam.sid, sid), { organizationId, query, size });
  const rows = searchContacts(population.store, filters, order);
  return scrolls.open({ organizationId, query, size: size ?? defaultSize }, rows);
}

function toOrder(params: Params): Order | undefined {
  const key = params.get(listParam.sortBy);
  const reverse = params.get(listParam.sortReverse);
  if (key === undefined) {
    if (reverse !== undefined) throw invalid(`"${listParam.sortReverse}" requires "${listParam.sortBy}"`); // [doc]
    return undefined;
  }
  return {
    key: parseEnum(listParam.sortBy, key, sortKeys),
    reverse: reverse !== undefined && parseBoolean(listParam.sortReverse, reverse),
  };
}

function toSize(params: Params): number | undefined {
  const size = params.get(listParam.size);
  return size === undefined ? undefined : parseInteger(listParam.size, size, pageSize);
}

/** What may not change during a scroll, in one text; empty when there is nothing but sid and size. */
function canonical(params: Params): string {
  const fixed = [...params].filter(([name]) => name !== listParam.sid && name !== listParam.size);
  return fixed.length === 0 ? '' : JSON.stringify(fixed.sort(([a], [b]) => (a < b ? -1 : 1)));
}
