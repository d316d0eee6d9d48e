import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo, second } from '../../../emulator/demo.ts';
import {
  customerSessionEnvironment,
  demoCredentials as good,
  type Sessions,
  startSessions,
} from '../../support/sessions.ts';
import { idOf, routesOf } from '../../support/write-gateway.ts';

/** The kind: customer sessions that are started with a username and a password. */

const { username } = good;

let stack: Sessions;
let several: Sessions;
beforeAll(async () => {
  const env = { SESSION_ATTEMPTS_PER_USERNAME: '1000', SESSION_ATTEMPTS_PER_CALLER: '100000' };
  const emulator = { contacts: 200, passwordLimit: { count: 100_000, seconds: 1 } };
  stack = await startSessions({ emulator, env: { ...customerSessionEnvironment(), ...env } });
  several = await startSessions({
    emulator,
    env: { ...customerSessionEnvironment(), ...env },
    organizations: [second],
  });
});
beforeEach(() => {
  stack.emulator.control.reset();
  several.emulator.control.reset();
});
afterAll(async () => {
  await stack.close();
  await several.close();
});

const refused = [
  {
    code: 'NOT_FOUND',
    message: 'This organization has no contact with this username and this password.',
    field: ['input', 'credentials'],
  },
];

describe('startContactSession with a username and a password', () => {
  test('the session is that of the contact, costs one upstream call, and the response has the contact', async () => {
    const { data, errors } = await stack.startSession({ credentials: good }, 'session contact { cid firstName }');
    expect(errors).toEqual([]);
    expect(data.startContactSession.contact).toEqual({ cid: demo.contactId, firstName: 'Ada' });
    expect(routesOf(stack)).toEqual(['checkCredentials', 'contact']);
    const own = await stack.withSession(data.startContactSession.session)('{ viewer { contact { cid } } }');
    expect(own.data.viewer.contact.cid).toBe(demo.contactId);
    const [other] = stack.emulator.contacts().filter(({ cid }) => cid !== demo.contactId);
    const foreign = await stack.withSession(data.startContactSession.session)(
      `{ node(id: "${idOf(other?.cid ?? '')}") { id } }`,
    );
    expect(foreign.data.node).toBeNull();
  });

  test('the username and the password that were given to createContact start a session of that contact', async () => {
    const credentials = { username: 'new-name', password: 'new ✓ password' };
    const input = { source: 'API', policies: { privacy: true, termsOfUse: true }, ...credentials };
    const created = await stack.query(
      'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { cid } } }',
      { input },
      { authorization: 'Bearer token' },
    );
    const { data } = await stack.startSession({ credentials }, 'contact { cid username }');
    const { cid } = created.data.createContact.contact;
    expect(data.startContactSession.contact).toEqual({ cid, username: 'new-name' });
  });

  test('a literal in the document is accepted as well', async () => {
    const { data } = await stack.query(
      `mutation { startContactSession(input: {credentials: {username: "${username}", password: "${demo.contactPassword}"}}) { session } }`,
    );
    expect(data.startContactSession.session).toMatch(/^cgs_/);
  });

  test.each(['not-found', 'present-false', 'conflict'] as const)(
    'every reason of a refusal has the same answer and costs one call, where the upstream refuses in the way %s',
    async (absence) => {
      stack.emulator.control.absence(absence);
      const withoutPassword = stack.emulator.contacts().findLast(({ username }) => username)?.username ?? '';
      for (const credentials of [
        { username, password: 'wrong' },
        { username: 'absent', password: demo.contactPassword },
        { username: withoutPassword, password: 'x' },
        { username: '../../v1', password: '../..' },
        { username: 'a&b=c#d', password: '"}' },
      ]) {
        stack.emulator.control.clearLog();
        const { data, errors } = await stack.startSession(
          { credentials },
          'session contact { cid } userErrors { code message field }',
        );
        expect({ errors, ...data }).toEqual({
          errors: [],
          startContactSession: { session: null, contact: null, userErrors: refused },
        });
        expect(stack.emulator.control.calls()).toMatchObject([
          { route: 'checkCredentials', path: '/v3/customers/credential/check' },
        ]);
      }
    },
  );

  test.each<[string, object, object]>([
    ['both', { token: 'x', credentials: good }, { code: 'NOT_ALLOWED', field: ['input'] }],
    ['neither', {}, { code: 'REQUIRED', field: ['input'] }],
    [
      'an empty username',
      { credentials: { ...good, username: '' } },
      { code: 'TOO_SHORT', field: ['input', 'credentials', 'username'] },
    ],
    [
      'an empty password',
      { credentials: { ...good, password: '' } },
      { code: 'TOO_SHORT', field: ['input', 'credentials', 'password'] },
    ],
    [
      'a long password',
      { credentials: { ...good, password: 'x'.repeat(257) } },
      { code: 'TOO_LONG', field: ['input', 'credentials', 'password'] },
    ],
    [
      'a password that is a number',
      { credentials: { ...good, password: 1 } },
      { code: 'FORMAT', field: ['input', 'credentials', 'password'] },
    ],
    [
      'a password with NUL',
      { credentials: { ...good, password: 'a\u0000' } },
      { code: 'FORMAT', field: ['input', 'credentials', 'password'] },
    ],
  ])('an input with %s is a user error without an upstream call', async (_, input, error) => {
    const { data } = await stack.startSession(input);
    expect(data.startContactSession).toMatchObject({ session: null, userErrors: [error] });
    expect(routesOf(stack)).toEqual([]);
  });

  test('an operation starts one session, so that it cannot try several passwords', async () => {
    const { data, errors } = await stack.query(
      `mutation ($a: ContactCredentials!, $b: ContactCredentials!) {
        a: startContactSession(input: {credentials: $a}) { session }
        b: startContactSession(input: {credentials: $b}) { session }
      }`,
      { a: { ...good, password: 'wrong' }, b: good },
    );
    expect(data).toEqual({ a: { session: null }, b: null });
    expect(errors).toMatchObject([{ path: ['b'], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(routesOf(stack)).toEqual(['checkCredentials']);
  });

  test('a customer session starts no other one', async () => {
    const contact = await stack.queryAsContact(demo.contactId);
    const { errors } = await contact(
      'mutation ($c: ContactCredentials!) { startContactSession(input: {credentials: $c}) { session } }',
      { c: good },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(routesOf(stack)).toEqual([]);
  });
});

describe('startContactSession with a username and a password where the gateway serves several organizations', () => {
  test('the credentials are checked at the named organization only', async () => {
    const credentials = good;
    const ours = await several.startSession({ credentials, organizationId: demo.organizationId });
    expect(ours.data.startContactSession.session).toMatch(/^cgs_/);
    const theirs = await several.startSession({ credentials, organizationId: second.organizationId });
    const none = await several.startSession({ credentials, organizationId: 'absent' });
    expect(theirs.data.startContactSession).toMatchObject({ session: null, userErrors: refused });
    expect(none.data).toEqual(theirs.data);
  });

  test('the organization has to be named', async () => {
    const { data } = await several.startSession({ credentials: good });
    expect(data.startContactSession.userErrors).toMatchObject([
      { code: 'REQUIRED', field: ['input', 'organizationId'] },
    ]);
    expect(routesOf(several)).toEqual([]);
  });
});
