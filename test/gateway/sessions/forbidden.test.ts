import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { type Ask, notDemo, type Sessions, startSessions } from '../../support/sessions.ts';
import { idOf, minimal, routesOf, userErrors } from '../../support/write-gateway.ts';

let stack: Sessions;
let ask: Ask;
beforeAll(async () => {
  stack = await startSessions({ env: notDemo() });
  ask = await stack.asContact(demo.contactId);
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

test.each<[string, string, unknown?]>([
  ['contacts', '{ contacts(first: 1) { nodes { cid } } }'],
  ['organization', '{ organization { cid } }'],
  ['the organization of the viewer', '{ viewer { organization { cid } } }'],
  [
    'the node of its organization',
    `{ node(id: "${Buffer.from(`Organization:${demo.organizationId}`).toString('base64')}") { id } }`,
  ],
  ['createContact', 'mutation ($i: CreateContactInput!) { createContact(input: $i) { outcome } }', minimal],
  ['createContacts', 'mutation ($i: [CreateContactInput!]!) { createContacts(inputs: $i) { __typename } }', [minimal]],
  [
    'updateContacts',
    'mutation ($i: [UpdateContactInput!]!) { updateContacts(inputs: $i) { __typename } }',
    [{ id: idOf(demo.contactId), firstName: 'x' }],
  ],
  [
    'issueContactToken',
    'mutation ($i: IssueContactTokenInput!) { issueContactToken(input: $i) { token } }',
    { id: idOf(demo.contactId), expiresIn: 60, hits: 1 },
  ],
  [
    'redeemContactToken',
    'mutation ($i: RedeemContactTokenInput!) { redeemContactToken(input: $i) { __typename } }',
    { token: 'x' },
  ],
  [
    'startContactSession',
    'mutation ($i: StartContactSessionInput!) { startContactSession(input: $i) { session } }',
    { token: 'x' },
  ],
  [
    'deleteContact',
    'mutation ($i: DeleteContactInput!) { deleteContact(input: $i) { deletedContactId } }',
    { id: idOf(demo.contactId) },
  ],
])('%s is FORBIDDEN, without a call', async (_, query, i = {}) => {
  const before = stack.emulator.contacts();
  const { errors } = await ask(query, { i });
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(stack.emulator.control.calls()).toEqual([]);
  expect(stack.emulator.contacts()).toBe(before);
});

test.each([
  'emailVerified: true',
  'phoneVerified: true',
  'doubleOptIn: CONFIRMED',
  'extId: "x"',
  'extProp1: null',
  'extProp2: "x"',
])('nobody says of themselves %s', async (field) => {
  const query = `mutation { updateContact(input: {id: "${idOf(demo.contactId)}", firstName: "x", ${field}}) { ${userErrors} } }`;
  expect((await ask(query)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(stack.emulator.control.calls()).toEqual([]);
});

test('a page of somebody who may see it, and its cursor, are of no use', async () => {
  const known = { authorization: 'Bearer known' };
  const { data } = await stack.query('{ contacts(first: 2) { pageInfo { startCursor } } }', {}, known);
  stack.emulator.control.clearLog();
  const { errors } = await ask(
    `{ contacts(first: 1, after: "${data.contacts.pageInfo.startCursor}") { nodes { cid } } }`,
  );
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(routesOf(stack)).toEqual([]);
});
