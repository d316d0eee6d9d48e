import type { Contact } from './contact.ts';
import type { ContactStore } from './contact-store.ts';
import { toPredicates, toSearches } from './filter.ts';
import type { Params } from './query-params.ts';
import { type Order, sortContacts } from './sort.ts';

/** The contacts that match, in order: what a scroll takes its snapshot of. */
export function searchContacts(store: ContactStore, params: Params, order: Order | undefined): readonly Contact[] {
  const rows = store.rows();
  const predicates = toPredicates(params);
  const found = toSearches(params).map(([field, value]) => store.search(field, value));
  if (found.length > 0) {
    const fewest = found.reduce((a, b) => (b.length < a.length ? b : a));
    const matching = fewest.filter((contact) => predicates.every((holds) => holds(contact)));
    return order === undefined ? matching : sortContacts(matching, order);
  }
  const sorted =
    order === undefined ? rows : remember(rows, `${order.key} ${order.reverse}`, () => sortContacts(rows, order));
  if (predicates.length === 0) return sorted;
  const query = JSON.stringify([...params].sort());
  return remember(sorted, query, () => sorted.filter((contact) => predicates.every((holds) => holds(contact))));
}

/**
 * Results by the array that they were made of. A write to the store makes another array, so that nothing stale is
 * ever found here, and scrolls that ask for the same share one snapshot.
 */
const remembered = new WeakMap<readonly Contact[], Map<string, readonly Contact[]>>();

/** Bounds the memory of many different queries; every order fits, forwards and backwards. */
const capacity = 64;

function remember(of: readonly Contact[], key: string, make: () => readonly Contact[]): readonly Contact[] {
  const results = remembered.get(of) ?? new Map<string, readonly Contact[]>();
  remembered.set(of, results);
  const known = results.get(key);
  if (known !== undefined) return known;
  const made = make();
  const [oldest] = results.keys();
  if (results.size >= capacity && oldest !== undefined) results.delete(oldest);
  results.set(key, made);
  return made;
}
