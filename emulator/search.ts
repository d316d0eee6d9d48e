import type { Contact } from './contact.ts';
import type { ContactStore } from './contact-store.ts';
import { indexedSearches, toPredicates } from './filter.ts';
import type { Params } from './query-params.ts';
import { type Order, sortContacts } from './sort.ts';

/** Returns the contacts that match the parameters, in order. @throws {ApiError} 409 for invalid filters */
export function searchContacts(store: ContactStore, params: Params, order: Order | undefined): readonly Contact[] {
  const rows = store.rows();
  const predicates = toPredicates(params);
  const found = indexedSearches(params).map(([field, value]) => store.search(field, value));
  if (found.length > 0) {
    const shortest = found.reduce((a, b) => (b.length < a.length ? b : a));
    const matching = shortest.filter((contact) => predicates.every((holds) => holds(contact)));
    return order === undefined ? matching : sortContacts(matching, order);
  }
  const sorted =
    order === undefined ? rows : memoize(rows, `${order.key} ${order.reverse}`, () => sortContacts(rows, order));
  if (predicates.length === 0) return sorted;
  const query = JSON.stringify([...params].sort());
  return memoize(sorted, query, () => sorted.filter((contact) => predicates.every((holds) => holds(contact))));
}

/**
 * The results of searches, by the array of rows that was searched. A write to the store creates another array, so no
 * stale result is found here. Scrolls with the same parameters share one snapshot.
 */
const resultsByRows = new WeakMap<readonly Contact[], Map<string, readonly Contact[]>>();

/** The number of results per array of rows, which bounds the memory. All orders fit in both directions. */
const capacity = 64;

function memoize(source: readonly Contact[], key: string, compute: () => readonly Contact[]): readonly Contact[] {
  const results = resultsByRows.get(source) ?? new Map<string, readonly Contact[]>();
  resultsByRows.set(source, results);
  const cached = results.get(key);
  if (cached !== undefined) return cached;
  const result = compute();
  const [oldest] = results.keys();
  if (results.size >= capacity && oldest !== undefined) results.delete(oldest);
  results.set(key, result);
  return result;
}
