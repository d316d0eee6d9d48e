import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import type { Caller } from '../../src/auth/caller.ts';
import { schema } from '../../src/schema/index.ts';
import type { Scope } from '../../src/upstream/wire/index.ts';
import { globalId } from '../support/contact-queries.ts';
import { ada, guardedFields, id, readScopes } from '../support/guarded-fields.ts';
import { type Principals, startPrincipals } from '../support/principals.ts';

let all: Principals;
beforeAll(async () => {
  all = await startPrincipals({ contacts: 30 });
});
beforeEach(() => all.emulator.control.clearLog());
afterAll(() => all.close());

// The credential of each caller has every scope, so each refusal comes from the gateway.
const callerWithScopes = (...scopes: Scope[]) => all.principal('manager', { scopes });
const calls = () =>
  all.emulator.control
    .calls()
    .map(({ route }) => route)
    .filter((route) => route !== 'login');

const sessionFields = ['renewContactSession', 'revokeToken', 'startContactSession'];
const fieldsWithoutScope = ['node', 'nodes', 'rateLimit', 'viewer', ...sessionFields];

test('each field of Query and Mutation is either tested here or listed as a field without a scope', () => {
  const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.keys(type?.getFields() ?? {}),
  );
  const listed = [...Object.keys(guardedFields), ...fieldsWithoutScope];
  expect(fields.filter((name) => !listed.includes(name))).toEqual([]);
});

/** The data of an operation whose only field failed; the list of `contactsExist` cannot be null. */
const withoutField = (name: string) => (name === 'contactsExist' ? null : { [name]: null });

describe.each(Object.entries(guardedFields))('the root field %s', (name, [scopes, operation]) => {
  test.each([[[]], [['events_read', 'hotspots_read']], [toOthers(scopes)]] as Scope[][][])(
    'a field that needs another scope than %j is FORBIDDEN, names the required scopes, and makes no upstream call',
    async (callerScopes) => {
      const before = JSON.stringify(all.emulator.contacts());
      const { status, data, errors } = await callerWithScopes(...callerScopes).query(operation);
      expect(status).toBe(200);
      expect(data).toEqual(withoutField(name));
      expect(errors).toMatchObject([
        { path: [name], extensions: { code: 'FORBIDDEN', retryable: false, requiredScopes: scopes } },
      ]);
      for (const scope of scopes.flat()) expect(errors[0]?.message).toContain(scope);
      expect(calls()).toEqual([]);
      expect(JSON.stringify(all.emulator.contacts())).toBe(before);
    },
  );

  test.each(scopes)('a field that needs %s is not refused to a caller with this scope', async (scope) => {
    const { errors } = await callerWithScopes(scope as Scope).query(
      operation.replace(/deleteContact\(.*\)/, 'deleteContact(input: {id: "Q29udGFjdDp4"})'),
    );
    expect(errors.filter(({ path }) => path?.length === 1)).toEqual([]);
  });
});

/** All scopes except for those that are sufficient. */
function toOthers(enough: string[][]): Scope[] {
  const allScopes: Scope[] = ['organization_read', 'organization_write', 'customer_read', 'customer_write'];
  return allScopes.filter((scope) => !enough.flat().includes(scope));
}

describe('a field that is refused for its scopes', () => {
  test('a refused field does not change its sibling fields', async () => {
    const reader = callerWithScopes('organization_write');
    const { data, errors } = await reader.query(`{ viewer { scopes organization { cid } } ${ada} { cid } __typename }`);
    expect(data).toEqual({
      viewer: { scopes: ['ORGANIZATION_WRITE'], organization: null },
      contact: null,
      __typename: 'Query',
    });
    expect(errors.map(({ path }) => path?.join('.')).toSorted()).toEqual(['contact', 'viewer.organization']);
  });

  test.each(['Contact', 'Organization'])(
    'a refused %s is null with an error at its place in node and nodes',
    async (type) => {
      const other = globalId(type, type === 'Contact' ? demo.contactId : demo.organizationId);
      const { data, errors } = await callerWithScopes('customer_write').query(
        `{ node(id: "${other}") { id ... on Contact { events { totalCount } } } nodes(ids: ["${other}", "${other}"]) { id } }`,
      );
      expect(data).toEqual({ node: null, nodes: [null, null] });
      expect(errors.map(({ path, extensions }) => [path?.join('.'), extensions['requiredScopes']]).toSorted()).toEqual([
        ['node', readScopes],
        ['nodes.0', readScopes],
        ['nodes.1', readScopes],
      ]);
      expect(calls()).toEqual([]);
    },
  );

  test('a refused mutation does not stop the next mutation, which is allowed', async () => {
    const { data, errors } = await callerWithScopes('customer_write').query(
      `mutation { issueContactToken(input: {id: "${id}", expiresIn: 60, hits: 1}) { hits } updateContact(input: {id: "${id}", zipCode: "10"}) { userErrors { code } } }`,
    );
    expect(data).toEqual({ issueContactToken: null, updateContact: { userErrors: [] } });
    expect(errors).toHaveLength(1);
    expect(calls()).toEqual(['updateContact']);
  });

  test('a mutation is executed when the caller may write the contact but not read it', async () => {
    const { data, errors } = await callerWithScopes('customer_write').query(
      `mutation { updateContact(input: {id: "${id}", zipCode: "11"}) { contact { cid events { totalCount } } userErrors { code } } }`,
    );
    expect(data).toEqual({ updateContact: { contact: null, userErrors: [] } });
    expect(errors).toMatchObject([{ path: ['updateContact', 'contact'], extensions: { requiredScopes: readScopes } }]);
    expect(calls()).toEqual(['updateContact']);
  });
});

test('a caller with unknown scopes is not refused by the gateway but by the upstream', async () => {
  const unknown = all.principal('publicApp', { scopes: undefined });
  expect((await unknown.query(`{ viewer { scopes } ${ada} { cid } }`)).data).toEqual({
    viewer: { scopes: null },
    contact: { cid: demo.contactId },
  });
  all.emulator.control.clearLog();
  const { errors } = await unknown.query(
    `mutation { updateContact(input: {id: "${id}", zipCode: "12"}) { userErrors { code } } }`,
  );
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(errors[0]?.extensions).not.toHaveProperty('requiredScopes');
  expect(calls()).toContain('updateContact');
});

describe('a customer session', () => {
  // The tests in sessions/contact-scope.test.ts check that these fields reach only the contact of the session.
  const allowed = [
    ...['contact', 'contactExists', 'contactsExist', 'organization'],
    ...['deleteContact', 'registerContactDevice', 'setContactPolicies', 'updateContact'],
  ];
  const session: Partial<Caller> = { contactId: demo.contactId, scopes: [] };

  test.each(Object.keys(guardedFields).filter((name) => !allowed.includes(name)))(
    'a customer session may not use %s',
    async (name) => {
      const { data, errors } = await all.principal('manager', session).query(guardedFields[name]?.[1] ?? '');
      expect(data).toEqual({ [name]: null });
      expect(errors).toMatchObject([
        { message: 'A customer session may not do this.', extensions: { code: 'FORBIDDEN' } },
      ]);
      expect(calls()).toEqual([]);
    },
  );

  test('a customer session may read the name, the policies and the WiFi settings of its organization', async () => {
    const settings = 'policies { key } wifiSettings(app: {os: "ios", bundle: "com.example.app"}) { defaultLocationId }';
    const { data, errors } = await all
      .principal('manager', session)
      .query(`{ organization { cid ${settings} } viewer { organization { cid ${settings} } } }`);
    expect(errors).toEqual([]);
    expect(data.viewer.organization).toEqual(data.organization);
    expect(data.organization).toMatchObject({
      policies: expect.arrayContaining([{ key: 'privacy' }]),
      wifiSettings: { defaultLocationId: demo.locationId },
    });
  });

  test('a customer session may read its own contact with all branches', async () => {
    const fields =
      'cid language custom document { type } wifiProfiles { passpoint { realm } } events { totalCount } devices { totalCount } accountings { totalCount }';
    const { data, errors } = await all
      .principal('manager', session)
      .query(`{ viewer { scopes } ${ada} { ${fields} } node(id: "${id}") { id } nodes(ids: ["${id}"]) { id } }`);
    expect(errors).toEqual([]);
    expect(data.contact.cid).toBe(demo.contactId);
    expect([data.node, data.nodes]).toEqual([{ id }, [{ id }]]);
  });

  test('a customer session may update its own contact', async () => {
    const { data, errors } = await all
      .principal('manager', session)
      .query(`mutation { updateContact(input: {id: "${id}", zipCode: "13"}) { contact { zipCode } } }`);
    expect({ data, errors }).toEqual({ data: { updateContact: { contact: { zipCode: '13' } } }, errors: [] });
  });
});

describe('an anonymous caller', () => {
  const operations = Object.entries(guardedFields).map(([name, [, operation]]) => [name, operation]);
  const open = [
    ['viewer', '{ viewer { scopes } }'],
    ['node', `{ node(id: "${id}") { id } }`],
    ['nodes', `{ nodes(ids: ["${id}"]) { id } }`],
  ];

  test.each([...operations, ...open])('an anonymous caller may not use %s', async (_, operation) => {
    const { errors } = await all.principal('manager', { scopes: [], isAnonymous: true }).query(operation ?? '');
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['UNAUTHENTICATED']);
    expect(calls()).toEqual([]);
  });
});
