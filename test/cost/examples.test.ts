import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { postBody, startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
let cids: readonly string[];
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 40 } });
  const { data } = await stack.query('{ contacts(first: 40, orderBy: null) { nodes { cid } } }');
  cids = data.contacts.nodes.map(({ cid }: { cid: string }) => cid);
});
beforeEach(() => stack.emulator.control.clearLog());
afterAll(() => stack.close());

/** Sends a query in which A, B and C stand for ids of contacts, and returns its cost and the calls that the upstream got. */
async function costOf(template: string): Promise<{ requested: number; actual: number; calls: number }> {
  const globalId = (cid = '') => Buffer.from(`Contact:${cid}`).toString('base64');
  const query = template
    .replace(/"([ABC])"/g, (_, name) => `"${cids['ABC'.indexOf(name)]}"`)
    .replace(/"id:([ABC])"/g, (_, name) => `"${globalId(cids['ABC'.indexOf(name)])}"`);
  const { text, errors } = await postBody(stack.gateway, JSON.stringify({ query, extensions: { cost: true } }));
  expect(errors).toEqual([]);
  const { requested, actual } = JSON.parse(text).extensions.cost;
  return { requested, actual, calls: stack.emulator.control.calls().length };
}

test.each([
  [0, 'viewer', '{ viewer { scopes } }'],
  [0, 'the organization', '{ organization { name } }'],
  [
    1,
    'the policies of the organization, under two aliases',
    '{ organization { a: policies { key } b: policies { key } } }',
  ],
  [1, 'a contact', '{ contact(by: {cid: "A"}) { firstName } }'],
  [1, 'a contact with fields that only its profile has', '{ contact(by: {cid: "A"}) { language custom companyName } }'],
  [
    4,
    'a contact with three branches',
    '{ contact(by: {cid: "A"}) { devices { totalCount } events { totalCount } accountings { totalCount } } }',
  ],
  [
    2,
    'a contact twice with the same branch',
    '{ a: contact(by: {cid: "A"}) { devices { totalCount } } b: contact(by: {cid: "A"}) { x: devices(first: 2) { totalCount } } }',
  ],
  [
    2,
    'events of a contact with two filters',
    '{ contact(by: {cid: "A"}) { a: events(types: [VISIT]) { totalCount } b: events(since: "2020-01-01T00:00:00Z") { totalCount } } }',
  ],
  [
    2,
    'a contact in a fragment that is spread twice',
    'query { ...F ...F } fragment F on Query { contact(by: {cid: "A"}) { ...G ...G } } fragment G on Contact { devices { totalCount } }',
  ],
  [
    1,
    'a contact with a branch that is skipped',
    '{ contact(by: {cid: "A"}) { cid devices @skip(if: true) { totalCount } ... @include(if: false) { events { totalCount } } } }',
  ],
  [1, 'a page of contacts', '{ contacts(first: 5) { totalCount nodes { firstName } } }'],
  [
    11,
    'a page of contacts with two branches',
    '{ contacts(first: 5) { nodes { devices { totalCount } } edges { node { events { totalCount } } } } }',
  ],
  [6, 'a page of contacts with fields that rows lack', '{ contacts(first: 5) { nodes { language custom } } }'],
  [
    4,
    'two pages of contacts, of which one has a branch',
    '{ a: contacts(first: 2) { nodes { devices { totalCount } } } b: contacts(first: 3, orderBy: null) { nodes { cid } } }',
  ],
  [3, 'nodes with an id that occurs twice', '{ nodes(ids: ["id:A", "id:B", "id:A", "id:C"]) { id } }'],
  [
    2,
    'a node with a branch',
    '{ node(id: "id:A") { ... on Contact { devices { totalCount } } ... on Organization { policies { key } } } }',
  ],
  [2, 'keys of which one occurs twice', '{ contactsExist(by: [{cid: "A"}, {cid: "B"}, {cid: "A"}]) { exists } }'],
  [1, 'a key under two aliases', '{ a: contactExists(by: {cid: "A"}) b: contactExists(by: {cid: "A"}) }'],
  [
    2,
    'the contacts of the events of a contact',
    '{ contact(by: {cid: "A"}) { events(first: 3) { nodes { contact { firstName language } } } } }',
  ],
  [1, 'events of the organization', '{ organization { events(first: 3) { nodes { contactId } } } }'],
] as const)('%i calls are requested and made for %s', async (expected, _what, query) => {
  expect(await costOf(query)).toEqual({ requested: expected, actual: expected, calls: expected });
});

const creation = 'source: API, policies: {privacy: true, termsOfUse: true}';

test.each([
  [1, 'an update', 'mutation { updateContact(input: {id: "id:A", firstName: "Ada"}) { userErrors { code } } }'],
  [
    6,
    'two updates of one contact that read it',
    'mutation { a: updateContact(input: {id: "id:A", firstName: "Ada"}) { contact { devices { totalCount } } } b: updateContact(input: {id: "id:A", firstName: "Eva"}) { contact { devices { totalCount } } } }',
  ],
  [
    6,
    'updates of two contacts that read them',
    'mutation { updateContacts(inputs: [{id: "id:A", firstName: "Ada"}, {id: "id:B", firstName: "Eva"}]) { results { contact { language devices { totalCount } } } } }',
  ],
  [2, 'a creation', `mutation { createContact(input: {${creation}, email: "ada@example.com"}) { outcome } }`],
  [
    4,
    'two creations, and another one',
    `mutation { createContacts(inputs: [{${creation}, email: "b@example.com"}, {${creation}, email: "c@example.com"}]) { results { outcome } } d: createContact(input: {${creation}, email: "d@example.com"}) { outcome } }`,
  ],
  [
    1,
    'policies',
    'mutation { setContactPolicies(input: {id: "id:A", policies: {mktgCommunications: true}}) { userErrors { code } } }',
  ],
  [
    2,
    'a token that is issued, with its contact',
    'mutation { issueContactToken(input: {id: "id:A", expiresIn: 600, hits: 3}) { contact { cid } } }',
  ],
  [1, 'a deletion', 'mutation { deleteContact(input: {id: "id:B"}) { userErrors { code } } }'],
] as const)('%i calls are requested and made for %s', async (expected, _what, query) => {
  expect(await costOf(query)).toEqual({ requested: expected, actual: expected, calls: expected });
});

test.each([
  [
    'a contact by its e-mail address under two aliases',
    '{ a: contact(by: {email: "a@example.com"}) { cid } b: contact(by: {email: "a@example.com"}) { cid } }',
    2,
  ],
  ['a page with a size that is not possible', '{ contacts(first: 0) { nodes { devices { totalCount } } } }', 0],
  ['ids of which none is valid', '{ nodes(ids: ["a", "b"]) { id } }', 0],
  ['a query without fields of the upstream', '{ __typename __schema { description } }', 0],
] as const)('no more calls are made than requested for %s', async (_what, query, requested) => {
  const { text } = await postBody(stack.gateway, JSON.stringify({ query, extensions: { cost: true } }));
  const { cost } = JSON.parse(text).extensions;
  expect(cost.requested).toBe(requested);
  expect(cost.actual).toBeLessThanOrEqual(requested);
});
