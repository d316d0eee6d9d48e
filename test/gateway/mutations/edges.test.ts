// The edge of a contact in the payload of a mutation, for clients that keep lists of contacts: its cursor is that of its row.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestGateway } from '../../support/gateway.ts';
import { type Principals, startPrincipals } from '../../support/principals.ts';
import { idOf, minimal, routesOf, startWriting, userErrors } from '../../support/write-gateway.ts';

let stack: TestGateway;
let plain: TestGateway;
let all: Principals;
beforeAll(async () => {
  stack = await startWriting({ emulator: { contacts: 40, edgeCases: false } });
  plain = await startWriting({ emulator: { contacts: 40, edgeCases: false }, env: { ACCELERATORS: 'none' } });
  all = await startPrincipals({ contacts: 5 });
});
beforeEach(() => {
  for (const { emulator } of [stack, plain]) emulator.control.reset();
});
afterAll(async () => {
  for (const each of [stack, plain, all]) await each.close();
});

const createDocument = (selection: string) =>
  `mutation ($input: CreateContactInput!) { createContact(input: $input) { outcome ${selection} ${userErrors} } }`;
const updateDocument = `mutation ($input: UpdateContactInput!) {
  updateContact(input: $input) { contactEdge { cursor node { id cid } } ${userErrors} }
}`;

async function create({ query }: Pick<TestGateway, 'query'> = stack, input: object = {}) {
  const document = createDocument('contactEdge { cursor node { id cid } }');
  const { data, errors } = await query(document, { input: { ...minimal, ...input } });
  expect(errors).toEqual([]);
  return data.createContact;
}

/** The cids of a page, and the code of its error. */
async function page(args: string, { query } = stack): Promise<{ cids: string[] | undefined; code: unknown }> {
  const { data, errors } = await query(`{ contacts(${args}) { nodes { cid } } }`);
  return {
    cids: data.contacts?.nodes.map(({ cid }: { cid: string }) => cid),
    code: errors[0]?.extensions['code'],
  };
}

/** Expects the cursor of an edge to be that of its row in the list: new contacts may have the same time. */
async function expectPlaceInList({ cursor, node }: { cursor: string; node: { cid: string } }, gateway = stack) {
  const { cids = [] } = await page('first: 1000', gateway);
  const index = cids.indexOf(node.cid);
  expect(index).toBeGreaterThan(-1);
  expect(await page(`first: 1000, after: "${cursor}"`, gateway)).toEqual({ cids: cids.slice(index + 1) });
  expect(await page(`last: 5, before: "${cursor}"`, gateway)).toEqual({
    cids: cids.slice(Math.max(0, index - 5), index),
  });
}

describe('the cursor of the edge of a new contact', () => {
  test('it is that of its row in the list, on both paths', async () => {
    for (const gateway of [stack, plain]) await expectPlaceInList((await create(gateway)).contactEdge, gateway);
  });

  test('a list with another filter or another order refuses it', async () => {
    const { contactEdge } = await create();
    for (const args of ['filter: { hasEmail: true }', 'orderBy: { field: CREATED_ABSOLUTE }', 'orderBy: null']) {
      const { code } = await page(`first: 5, ${args}, after: "${contactEdge.cursor}"`);
      expect(code).toBe('CURSOR_INVALID');
    }
  });

  test('it expires with its contact: which of the contacts of that time came before it is not known', async () => {
    const { contactEdge } = await create();
    await stack.query('mutation ($id: ID!) { deleteContact(input: { id: $id }) { deletedContactId } }', {
      id: contactEdge.node.id,
    });
    expect(await page(`first: 5, after: "${contactEdge.cursor}"`)).toEqual({ cids: undefined, code: 'CURSOR_EXPIRED' });
  });
});

test('the cursor of the edge of an updated contact is at the place that the contact has', async () => {
  const { cids = [] } = await page('first: 1000');
  const middle = 17;
  const input = { id: idOf(cids[middle] ?? ''), firstName: 'Ada' };
  const { data } = await stack.query(updateDocument, { input });
  expect(data.updateContact.contactEdge.node).toEqual({ id: input.id, cid: cids[middle] });
  await expectPlaceInList(data.updateContact.contactEdge);
});

test('each row of a bulk mutation has its edge', async () => {
  const { data, errors } = await stack.query(
    `mutation ($inputs: [CreateContactInput!]!) {
      createContacts(inputs: $inputs) { results { contactEdge { cursor node { cid } } ${userErrors} } }
    }`,
    { inputs: [minimal, { ...minimal, policies: {} }, minimal] },
  );
  expect(errors).toEqual([]);
  const [first, second, third] = data.createContacts.results;
  expect(second).toMatchObject({ contactEdge: null, userErrors: [{ code: 'REQUIRED' }, { code: 'REQUIRED' }] });
  for (const { contactEdge } of [first, third]) await expectPlaceInList(contactEdge);
});

test('a contact that was matched has no edge, because it is in the list already', async () => {
  await create(stack, { email: 'matched@example.com' });
  const matched = await create(stack, { email: 'matched@example.com', deduplicate: ['EMAIL'] });
  expect(matched).toEqual({ outcome: 'MATCHED', contactEdge: null, userErrors: [] });
});

const fields = 'cid companyName devices { totalCount } events { totalCount }';

test.each([
  ['the edge', `contactEdge { cursor node { ${fields} } }`],
  ['the edge beside the contact', `contact { ${fields} } contactEdge { cursor node { ${fields} } }`],
])('%s of a payload, with its branches, costs one call for each resource, as the cost says', async (_, selection) => {
  const response = await stack.gateway.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: createDocument(selection),
      variables: { input: minimal },
      extensions: { cost: true },
    }),
  });
  const { data, errors, extensions } = await response.json();
  expect(errors).toBeUndefined();
  const { contact, contactEdge } = data.createContact;
  expect(contactEdge.node).toEqual(contact ?? expect.objectContaining({ devices: { totalCount: 0 } }));
  const calls = routesOf(stack).toSorted();
  expect(calls).toEqual(['contact', 'createContact', 'devices', 'events', 'organizationPolicies']);
  expect(extensions.cost).toMatchObject({ requested: calls.length, actual: calls.length });
});

test('the edge is FORBIDDEN to a caller that may write contacts and not read them, and nothing is read for it', async () => {
  const { query } = all.principal('manager', { scopes: ['customer_write'] });
  const { cid = '' } = all.emulator.contacts()[0] ?? {};
  all.emulator.control.clearLog();
  const { data, errors } = await query(updateDocument, { input: { id: idOf(cid), firstName: 'Ada' } });
  expect(data.updateContact).toEqual({ contactEdge: null, userErrors: [] });
  expect(errors).toMatchObject([{ path: ['updateContact', 'contactEdge'], extensions: { code: 'FORBIDDEN' } }]);
  const routes = all.emulator.control.calls().map(({ route }) => route);
  expect(routes.filter((route) => route !== 'login')).toEqual(['updateContact']);
});
