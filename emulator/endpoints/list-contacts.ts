import { listParam, pageSize, payload, sortKeys } from '../../src/upstream/wire/index.ts';
import { forbidden, validationError } from '../api-error.ts';
import { encodeContacts } from '../contact.ts';
import { type Call, type Endpoint, readScopes } from '../endpoint.ts';
import { isFilter, toPredicates } from '../filter.ts';
import { parseBoolean, parseEnum, parseInteger, parseText } from '../param-values.ts';
import { type Params, rejectUnknownParams } from '../query-params.ts';
import { searchContacts } from '../search.ts';
import type { Order } from '../sort.ts';
import type { System } from '../system.ts';

/** Endpoint 1: the contacts of an organization, filtered, sorted, and paginated by scroll id (sid). */
export const list: Endpoint = {
  scopes: readScopes,
  handle(call, system) {
    if (call.id !== call.organization.organizationId) throw forbidden();
    const { rows, total, sid } = readPage(call, system);
    return {
      [payload.count]: rows.length,
      [payload.total]: total,
      [payload.sid]: sid,
      [payload.contacts]: encodeContacts(rows),
    };
  },
};

/** Rows of a page without a size [assumed]: the default of Elasticsearch. */
const defaultSize = 10;

const scrollParams: ReadonlySet<string> = new Set([
  listParam.sid,
  listParam.size,
  listParam.sortBy,
  listParam.sortReverse,
]);

function readPage({ params, organization }: Call, { scrolls }: System) {
  rejectUnknownParams(params, (name) => scrollParams.has(name) || isFilter(name));
  const filters = new Map([...params].filter(([name]) => !scrollParams.has(name)));
  toPredicates(filters); // Invalid values are rejected even when a sid makes the filters unnecessary.
  const order = toOrder(params);
  const size = toSize(params);
  const { organizationId } = organization;
  const query = toQueryKey(params);
  const sid = params.get(listParam.sid);
  if (sid !== undefined) return scrolls.next(parseText(listParam.sid, sid), { organizationId, query, size });
  const rows = searchContacts(organization.store, filters, order);
  return scrolls.open({ organizationId, query, size: size ?? defaultSize }, rows);
}

function toOrder(params: Params): Order | undefined {
  const key = params.get(listParam.sortBy);
  const reverse = params.get(listParam.sortReverse);
  if (key === undefined) {
    if (reverse !== undefined) throw validationError(`"${listParam.sortReverse}" requires "${listParam.sortBy}"`); // [doc]
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

/** Serializes the parameters that must not change during a scroll; empty when there are only sid and size. */
function toQueryKey(params: Params): string {
  const fixed = [...params].filter(([name]) => name !== listParam.sid && name !== listParam.size);
  return fixed.length === 0 ? '' : JSON.stringify(fixed.sort(([a], [b]) => (a < b ? -1 : 1)));
}
