import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import type { Caller } from '../../src/auth/caller.ts';
import { schema } from '../../src/schema/index.ts';
import type { Scope } from '../../src/upstream/wire/index.ts';
import { globalId, writingPaths } from '../support/contact-queries.ts';
import { type Principals, startPrincipals } from '../support/principals.ts';

let all: Principals;
beforeAll(async () => {
  all = await startPrincipals({ contacts: 30 });
});
beforeEach(() => all.emulator.control.clearLog());
afterAll(() => all.close());

// The credential behind each may do everything: what is refused here, the gateway refuses.
const holding = (...scopes: Scope[]) => all.principal('manager', { scopes });
const calls = () =>
  all.emulator.control
    .calls()
    .map(({ route }) => route)
    .filter((route) => route !== 'login');

const ada = `contact(by: {cid: "${demo.contactId}"})`;
const id = globalId('Contact', demo.contactId);
const contact = { cid: demo.contactId, username: 'u', email: 'a@example.com', phone: '+393331112223' };
const known = { ...contact, extId: 'e', extProp1: 'p', extProp2: 'q', cursor: 'c', token: 't' };

const reads = [['customer_read'], ['organization_read']];
const writes = [['customer_write'], ['organization_write']];
const tokens = [['organization_write']];

/** Each field of Query and Mutation that needs a scope: which, and an operation that uses it. */
const guarded: Record<string, [scopes: string[][], operation: string]> = {
  contact: [reads, `{ ${ada} { cid events { totalCount } devices { totalCount } } }`],
  contactExists: [reads, `{ contactExists(by: {cid: "${demo.contactId}"}) }`],
  contacts: [reads, '{ contacts(first: 2) { nodes { cid } } }'],
  organization: [reads, '{ organization { cid } }'],
  ...Object.fromEntries(
    Object.entries(writingPaths(known, '{ cid }')).map(([name, operation]) => [
      name,
      [name.endsWith('Token') ? tokens : writes, operation],
    ]),
  ),
};
const unguarded = ['node', 'nodes', 'renewContactSession', 'startContactSession', 'viewer'];

test('each field of Query and Mutation is tried here, or leads to nothing that needs no scope', () => {
  const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.keys(type?.getFields() ?? {}),
  );
  const tried = [...Object.keys(guarded), ...unguarded];
  expect(fields.filter((name) => !tried.includes(name))).toEqual([]);
});

describe.each(Object.entries(guarded))('%s', (name, [scopes, operation]) => {
  test.each([[[]], [['events_read', 'hotspots_read']], [toOthers(scopes)]] as Scope[][][])(
    'is FORBIDDEN with the scopes %j, names what is missing, and makes no call',
    async (held) => {
      const before = JSON.stringify(all.emulator.contacts());
      const { status, data, errors } = await holding(...held).ask(operation);
      expect(status).toBe(200);
      expect(data).toEqual({ [name]: null });
      expect(errors).toMatchObject([
        { path: [name], extensions: { code: 'FORBIDDEN', retryable: false, requiredScopes: scopes } },
      ]);
      for (const scope of scopes.flat()) expect(errors[0]?.message).toContain(scope);
      expect(calls()).toEqual([]);
      expect(JSON.stringify(all.emulator.contacts())).toBe(before);
    },
  );

  test.each(scopes)('is not refused with %s', async (scope) => {
    const { errors } = await holding(scope as Scope).ask(
      operation.replace(/deleteContact\(.*\)/, 'deleteContact(input: {id: "Q29udGFjdDp4"})'),
    );
    expect(errors.filter(({ path }) => path?.length === 1)).toEqual([]);
  });
});

/** All scopes but those that are enough. */
function toOthers(enough: string[][]): Scope[] {
  const known: Scope[] = ['organization_read', 'organization_write', 'customer_read', 'customer_write'];
  return known.filter((scope) => !enough.flat().includes(scope));
}

describe('a refusal', () => {
  test('leaves the siblings', async () => {
    const reader = holding('organization_write');
    const { data, errors } = await reader.ask(`{ viewer { scopes organization { cid } } ${ada} { cid } __typename }`);
    expect(data).toEqual({
      viewer: { scopes: ['ORGANIZATION_WRITE'], organization: null },
      contact: null,
      __typename: 'Query',
    });
    expect(errors.map(({ path }) => path?.join('.')).toSorted()).toEqual(['contact', 'viewer.organization']);
  });

  test.each(['Contact', 'Organization'])('stands in the place of a %s, by node and by nodes', async (type) => {
    const other = globalId(type, type === 'Contact' ? demo.contactId : demo.organizationId);
    const { data, errors } = await holding('customer_write').ask(
      `{ node(id: "${other}") { id ... on Contact { events { totalCount } } } nodes(ids: ["${other}", "${other}"]) { id } }`,
    );
    expect(data).toEqual({ node: null, nodes: [null, null] });
    expect(errors.map(({ path, extensions }) => [path?.join('.'), extensions['requiredScopes']]).toSorted()).toEqual([
      ['node', reads],
      ['nodes.0', reads],
      ['nodes.1', reads],
    ]);
    expect(calls()).toEqual([]);
  });

  test('of one mutation does not stop the next, which may', async () => {
    const { data, errors } = await holding('customer_write').ask(
      `mutation { issueContactToken(input: {id: "${id}", expiresIn: 60, hits: 1}) { hits } updateContact(input: {id: "${id}", zipCode: "10"}) { userErrors { code } } }`,
    );
    expect(data).toEqual({ issueContactToken: null, updateContact: { userErrors: [] } });
    expect(errors).toHaveLength(1);
    expect(calls()).toEqual(['updateContact']);
  });

  test('of reading what was written leaves the write', async () => {
    const { data, errors } = await holding('customer_write').ask(
      `mutation { updateContact(input: {id: "${id}", zipCode: "11"}) { contact { cid events { totalCount } } userErrors { code } } }`,
    );
    expect(data).toEqual({ updateContact: { contact: null, userErrors: [] } });
    expect(errors).toMatchObject([{ path: ['updateContact', 'contact'], extensions: { requiredScopes: reads } }]);
    expect(calls()).toEqual(['updateContact']);
  });
});

test('a caller of whom nobody here knows what it may is not refused here: the upstream judges', async () => {
  const unknown = all.principal('publicApp', { scopes: undefined });
  expect((await unknown.ask(`{ viewer { scopes } ${ada} { cid } }`)).data).toEqual({
    viewer: { scopes: null },
    contact: { cid: demo.contactId },
  });
  all.emulator.control.clearLog();
  const { errors } = await unknown.ask(
    `mutation { updateContact(input: {id: "${id}", zipCode: "12"}) { userErrors { code } } }`,
  );
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(errors[0]?.extensions).not.toHaveProperty('requiredScopes');
  expect(calls()).toContain('updateContact');
});

describe('a customer session', () => {
  // What of these it reaches is its own contact: `own-contact.ts`.
  const allowed = ['contact', 'contactExists', 'deleteContact', 'setContactPolicies', 'updateContact'];
  const session: Partial<Caller> = { contactId: demo.contactId, scopes: [] };

  test.each(Object.keys(guarded).filter((name) => !allowed.includes(name)))('may not use %s', async (name) => {
    const { data, errors } = await all.principal('manager', session).ask(guarded[name]?.[1] ?? '');
    expect(data).toEqual({ [name]: null });
    expect(errors).toMatchObject([
      { message: 'A customer session may not do this.', extensions: { code: 'FORBIDDEN' } },
    ]);
    expect(calls()).toEqual([]);
  });

  test('may not whatever scopes it has', async () => {
    const { errors } = await all
      .principal('manager', { ...session, scopes: ['organization_read'] })
      .ask('{ organization { cid } }');
    expect(errors).toMatchObject([{ message: 'A customer session may not do this.' }]);
  });

  test('may read itself, with all that hangs on it', async () => {
    const fields =
      'cid language custom document { type } wifiProfiles { passpoint { realm } } events { totalCount } devices { totalCount } accountings { totalCount }';
    const { data, errors } = await all
      .principal('manager', session)
      .ask(`{ viewer { scopes } ${ada} { ${fields} } node(id: "${id}") { id } nodes(ids: ["${id}"]) { id } }`);
    expect(errors).toEqual([]);
    expect(data.contact.cid).toBe(demo.contactId);
    expect([data.node, data.nodes]).toEqual([{ id }, [{ id }]]);
  });

  test('may change itself', async () => {
    const { data, errors } = await all
      .principal('manager', session)
      .ask(`mutation { updateContact(input: {id: "${id}", zipCode: "13"}) { contact { zipCode } } }`);
    expect({ data, errors }).toEqual({ data: { updateContact: { contact: { zipCode: '13' } } }, errors: [] });
  });
});

describe('somebody who has not said who they are', () => {
  const operations = Object.entries(guarded).map(([name, [, operation]]) => [name, operation]);
  const open = [
    ['viewer', '{ viewer { scopes } }'],
    ['node', `{ node(id: "${id}") { id } }`],
    ['nodes', `{ nodes(ids: ["${id}"]) { id } }`],
  ];

  test.each([...operations, ...open])('may not use %s', async (_, operation) => {
    const { errors } = await all.principal('manager', { scopes: [], isAnonymous: true }).ask(operation ?? '');
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['UNAUTHENTICATED']);
    expect(calls()).toEqual([]);
  });
});
