import { signupMethods } from '../shared/signup-methods';
import type { ContactListPageQuery$variables } from './__generated__/ContactListPageQuery.graphql';

/** A parameter of the address that selects or orders the contacts. */
export type Criterion = 'q' | 'method' | 'has' | 'marketing' | 'from' | 'to' | 'order';

type Filter = NonNullable<ContactListPageQuery$variables['filter']>;
type Order = NonNullable<ContactListPageQuery$variables['orderBy']>;

/** The orders that the list offers, by their value in the address. The first is the default. */
export const orders: readonly { value: string; label: string; orderBy: Order }[] = [
  { value: 'newest', label: 'Newest first', orderBy: { field: 'CREATED_ABSOLUTE', direction: 'DESC' } },
  { value: 'oldest', label: 'Oldest first', orderBy: { field: 'CREATED_ABSOLUTE', direction: 'ASC' } },
  { value: 'changed', label: 'Changed last', orderBy: { field: 'MODIFIED_ABSOLUTE', direction: 'DESC' } },
  { value: 'name', label: 'Name, A–Z', orderBy: { field: 'LAST_NAME', direction: 'ASC' } },
  { value: 'visits', label: 'Most visits', orderBy: { field: 'TOTAL_VISITS', direction: 'DESC' } },
];

/** What contacts can be required to have, by its value in the address. */
export const requirements = [
  { value: 'email', label: 'E-mail', filter: { hasEmail: true } },
  { value: 'verified-email', label: 'Verified e-mail', filter: { hasVerifiedEmail: true } },
  { value: 'phone', label: 'Phone', filter: { hasPhone: true } },
  { value: 'verified-phone', label: 'Verified phone', filter: { hasVerifiedPhone: true } },
] as const;

/** Returns the variables of the list for an address. Values that the address cannot have are ignored. */
export function readCriteria(search: URLSearchParams): ContactListPageQuery$variables {
  const method = signupMethods.find(({ value }) => value === search.get('method'));
  const required = requirements.find(({ value }) => value === search.get('has'));
  const from = readDay(search.get('from'));
  const to = readDay(search.get('to'));
  const filter: Filter = {
    ...searchFilter(search.get('q')?.trim() ?? ''),
    ...(method && { signupMethod: method.value }),
    ...required?.filter,
    ...(search.get('marketing') === 'yes' && { acceptsMarketing: true }),
    ...(from && { createdFrom: from }),
    ...(to && { createdTo: to }),
  };
  const order = orders.find(({ value }) => value === search.get('order')) ?? orders[0];
  return { filter, orderBy: order?.orderBy ?? null };
}

/** The upstream searches exact values only, and what a text is can be seen from its form. */
function searchFilter(text: string): Filter {
  if (text === '') return {};
  if (text.includes('@')) return { email: text };
  if (/^\+?[\d ()/-]+$/.test(text)) return { phone: text.replaceAll(/[ ()/-]/g, '') };
  return { username: text };
}

function readDay(text: string | null): string | undefined {
  return text !== null && /^\d{4}-\d\d-\d\d$/.test(text) ? text : undefined;
}
