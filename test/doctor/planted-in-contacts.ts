import { drop, flatten, nest, type Planted, rename, retype } from './differences.ts';

const id = '[0-9a-f]{32}';
const contacts = new RegExp(`^GET /v2/customers/organizations/${id}\\?.* 200`);
const contact = new RegExp(`^GET /v2/customers/${id} 200`);
const unknownContact = new RegExp(`^GET /v2/customers/${id} 404`);
const seconds = (value: unknown) => Date.parse(String(value)) / 1000;
const reversed = (value: unknown) => (Array.isArray(value) ? value.toReversed() : value);

/** Differences in the answers of calls 1 and 2. */
export const contactDifferences: readonly Planted[] = [
  {
    what: 'the list has another path',
    call: contacts,
    status: 404,
    finding: ['status', 'calls.ts', 'contacts'],
  },
  {
    what: 'the parameters of the list have other names',
    call: contacts,
    status: 409,
    finding: ['status', 'calls.ts', 'listParam'],
  },
  {
    what: 'an unknown contact is forbidden',
    call: unknownContact,
    status: 403,
    finding: ['status', 'statuses.ts', 'absent'],
  },
  {
    what: 'the total is wrong',
    call: contacts,
    change: retype('total', () => 12_345),
    finding: ['total', 'envelope.ts', 'total'],
  },
  // 1: the list of contacts
  {
    what: 'first names are renamed',
    call: contacts,
    change: rename('customers.firstName', 'first_name'),
    finding: ['customers.firstName', 'rows.ts', 'firstName'],
  },
  {
    what: 'logins are texts',
    call: contacts,
    change: retype('customers.logins', String),
    finding: ['customers.logins', 'rows.ts', 'logins'],
  },
  {
    what: 'addresses are absent',
    call: contacts,
    change: drop('customers.email'),
    finding: ['customers.email', 'rows.ts', 'email'],
  },
  {
    what: 'a metric stands outside of the metrics',
    call: contacts,
    change: flatten('customers.metrics'),
    finding: ['customers.metrics', 'rows.ts', 'metrics'],
  },
  {
    what: 'the list is renamed',
    call: contacts,
    change: rename('customers', 'contacts'),
    finding: ['customers', 'envelope.ts', 'contacts'],
  },
  {
    what: 'the scroll id is renamed',
    call: contacts,
    change: rename('sid', 'next'),
    finding: ['sid', 'envelope.ts', 'sid'],
  },
  {
    what: 'the total is renamed',
    call: contacts,
    change: rename('total', 'totalCount'),
    finding: ['total', 'envelope.ts', 'total'],
  },
  {
    what: 'the total is nested',
    call: contacts,
    change: nest('total', 'paging'),
    finding: ['total', 'envelope.ts', 'total'],
  },
  { what: 'the list has another status', call: contacts, status: 206, finding: ['status', 'statuses.ts', 'success'] },
  {
    what: 'the envelope has another word',
    call: contacts,
    change: retype('status', () => 'SUCCESS'),
    finding: ['status', 'envelope.ts', 'status'],
  },
  {
    what: 'the body is in another envelope',
    call: contacts,
    change: (body) => ({ data: body }),
    finding: ['customers', 'envelope.ts', 'contacts'],
  },
  {
    what: 'external ids are a text',
    call: contacts,
    change: retype('customers.extId', () => 'CRM-1'),
    finding: ['customers.extId', 'rows.ts', 'extId'],
  },
  {
    what: 'policies are an object',
    call: contacts,
    change: retype('customers.policies', () => ({ privacy: true })),
    finding: ['customers.policies', 'rows.ts', 'policies'],
  },
  {
    what: 'a flag is a text',
    call: contacts,
    change: retype('customers.emailVerified', String),
    finding: ['customers.emailVerified', 'rows.ts', 'emailVerified'],
  },
  {
    what: 'times are numbers',
    call: contacts,
    change: retype('customers.created', seconds),
    finding: ['customers.created', 'rows.ts', 'created'],
  },
  {
    what: 'rows have another order',
    call: contacts,
    change: retype('customers', reversed),
    finding: ['order', 'values.ts', 'sortKeys'],
  },
  {
    what: 'an invalid size has another status',
    call: /size=0 409/,
    status: 400,
    finding: ['status', 'statuses.ts', 'invalid'],
  },
  // 2: the profile
  {
    what: 'the profile is renamed',
    call: contact,
    change: rename('customer', 'contact'),
    finding: ['customer', 'envelope.ts', 'contact'],
  },
  {
    what: 'a consent is renamed',
    call: contact,
    change: rename('customer.processingData.profiling', 'profilingAllowed'),
    finding: ['customer.processingData.profiling', 'rows.ts', 'profiling'],
  },
  {
    what: 'the language is absent',
    call: contact,
    change: drop('customer.language'),
    finding: ['customer.language', 'rows.ts', 'language'],
  },
  {
    what: 'custom attributes are a text',
    call: contact,
    change: retype('customer.custom', JSON.stringify),
    finding: ['customer.custom', 'rows.ts', 'custom'],
  },
  {
    what: 'an unknown contact has another status',
    call: unknownContact,
    status: 400,
    finding: ['status', 'statuses.ts', 'absent'],
  },
];
