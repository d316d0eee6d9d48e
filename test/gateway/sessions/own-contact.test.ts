// What a customer session may do to its own contact, and what becomes of the session.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import {
  customerSessionEnvironment,
  type QueryFunction,
  type Sessions,
  startSessions,
} from '../../support/sessions.ts';
import { idOf, userErrors } from '../../support/write-gateway.ts';

let stack: Sessions;
let asContact: QueryFunction;
let asOrganization: QueryFunction;
beforeEach(async () => {
  stack = await startSessions({ env: { ...customerSessionEnvironment(), SESSION_MAY_DELETE: 'true' } });
  asContact = await stack.queryAsContact(demo.contactId);
  asOrganization = stack.withSession('token');
});
afterEach(() => stack.close());

const id = idOf(demo.contactId);
const update = (input: string) => `mutation { updateContact(input: {id: "${id}", ${input}}) { ${userErrors} } }`;
const flags = `{ contact(by: {id: "${id}"}) { emailVerified phoneVerified } }`;

describe('a customer session that changes its contact', () => {
  beforeEach(async () => {
    await asOrganization(
      update('email: "ada@verified.example", emailVerified: true, phone: "+14155550100", phoneVerified: true'),
    );
    expect((await asOrganization(flags)).data.contact).toEqual({ emailVerified: true, phoneVerified: true });
  });

  test.each([
    ['email: "ada@other.example"', { emailVerified: false, phoneVerified: true }],
    ['phone: "+14155550101"', { emailVerified: true, phoneVerified: false }],
    ['email: "ada@other.example", phone: "+14155550101"', { emailVerified: false, phoneVerified: false }],
    ['firstName: "Ada"', { emailVerified: true, phoneVerified: true }],
  ])('after a change of %s the flags are %j', async (input, expected) => {
    expect((await asContact(update(input))).data.updateContact).toEqual({ userErrors: [] });
    expect((await asOrganization(flags)).data.contact).toEqual(expected);
  });

  test('an organization that changes an address decides about its flag itself', async () => {
    await asOrganization(update('email: "ada@other.example"'));
    expect((await asOrganization(flags)).data.contact).toEqual({ emailVerified: true, phoneVerified: true });
  });
});

describe('the session of a contact that was deleted', () => {
  const operations = [
    '{ viewer { contact { cid } } }',
    `{ contact(by: {id: "${id}"}) { cid devices { totalCount } } }`,
    `{ node(id: "${id}") { id } }`,
    'mutation { renewContactSession { session } }',
    update('firstName: "Eve"'),
    `mutation { setContactPolicies(input: {id: "${id}", policies: {privacy: true}}) { ${userErrors} } }`,
    `mutation { deleteContact(input: {id: "${id}"}) { ${userErrors} } }`,
  ];

  test.each(['session', 'organization'])('after a deletion by its %s it is UNAUTHENTICATED', async (by) => {
    const deletion = await (by === 'session' ? asContact : asOrganization)(
      `mutation { deleteContact(input: {id: "${id}"}) { ${userErrors} } }`,
    );
    expect(deletion.data.deleteContact).toEqual({ userErrors: [] });
    for (const operation of operations) {
      const { errors, text } = await asContact(operation);
      expect([operation, errors.map(({ extensions }) => extensions['code'])]).toEqual([operation, ['UNAUTHENTICATED']]);
      expect(text).not.toContain('cgs_');
    }
  });

  test('an upstream that fails neither ends a session nor prevents its renewal', async () => {
    stack.emulator.control.fault({
      path: demo.contactId,
      kind: 'status',
      status: 503,
      times: Number.POSITIVE_INFINITY,
    });
    const { data, errors } = await asContact('mutation { renewContactSession { session } }');
    expect(errors).toEqual([]);
    expect(data.renewContactSession.session).toMatch(/^cgs_/);
    const { errors: failures } = await asContact('{ viewer { contact { cid } } }');
    expect(failures).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });
});
