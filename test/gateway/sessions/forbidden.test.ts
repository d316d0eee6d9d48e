import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import {
  customerSessionEnvironment,
  type QueryFunction,
  type Sessions,
  startSessions,
} from '../../support/sessions.ts';
import { idOf, minimal, routesOf, userErrors } from '../../support/write-gateway.ts';

let stack: Sessions;
let query: QueryFunction;
beforeAll(async () => {
  stack = await startSessions({ env: customerSessionEnvironment() });
  query = await stack.queryAsContact(demo.contactId);
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

test.each<[string, string, unknown?]>([
  ['contacts', '{ contacts(first: 1) { nodes { cid } } }'],
  ['revokeToken', 'mutation { revokeToken { revokedAt } }'],
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
])('a customer session that uses %s fails with FORBIDDEN without an upstream call', async (_, text, i = {}) => {
  const before = stack.emulator.contacts();
  const { errors } = await query(text, { i });
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
])('a customer session may not set %s of its own contact', async (field) => {
  const mutation = `mutation { updateContact(input: {id: "${idOf(demo.contactId)}", firstName: "x", ${field}}) { ${userErrors} } }`;
  expect((await query(mutation)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(stack.emulator.control.calls()).toEqual([]);
});

test('a customer session may not use the cursor of a caller that may read the list', async () => {
  const headers = { authorization: 'Bearer token' };
  const { data } = await stack.query('{ contacts(first: 2) { pageInfo { startCursor } } }', {}, headers);
  stack.emulator.control.clearLog();
  const { errors } = await query(
    `{ contacts(first: 1, after: "${data.contacts.pageInfo.startCursor}") { nodes { cid } } }`,
  );
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(routesOf(stack)).toEqual([]);
});
