import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 10 } });
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const ids = [
  '..',
  '.',
  '',
  '/',
  '%2f',
  '%2e%2e',
  '../organizations/x',
  'a/../b',
  'a/b',
  '//host',
  '\\',
  'a?b=c',
  'a#b',
  'a b',
  'a%00',
  '\u0000',
  '\r\nx: y',
  '\ud800',
  'ａ',
  'a'.repeat(129),
  'a'.repeat(900_000),
  '__proto__/x',
  'tokens',
  'organizations',
  'Tokens',
  'events',
  'credential',
];

const queriesByPath: Record<string, { query: string; variables: (id: string) => object }> = {
  'contact(by: {cid})': {
    query: 'query ($id: ID!) { contact(by: {cid: $id}) { cid devices { totalCount } } }',
    variables: (id) => ({ id }),
  },
  'contact(by: {id})': {
    query: 'query ($id: ID!) { contact(by: {id: $id}) { cid events { totalCount } } }',
    variables: (id) => ({ id: globalId(id) }),
  },
  contactExists: { query: 'query ($id: ID!) { contactExists(by: {cid: $id}) }', variables: (id) => ({ id }) },
  contactsExist: {
    query: 'query ($id: ID!) { contactsExist(by: [{cid: $id}]) { exists } }',
    variables: (id) => ({ id }),
  },
  node: { query: 'query ($id: ID!) { node(id: $id) { id } }', variables: (id) => ({ id: globalId(id) }) },
  'node of an organization': {
    query: 'query ($id: ID!) { node(id: $id) { id } }',
    variables: (id) => ({ id: globalId(id, 'Organization') }),
  },
  'node without type': { query: 'query ($id: ID!) { node(id: $id) { id } }', variables: (id) => ({ id }) },
  nodes: { query: 'query ($id: ID!) { nodes(ids: [$id]) { id } }', variables: (id) => ({ id: globalId(id) }) },
  locationIds: {
    query: 'query ($id: ID!) { contacts(first: 1, filter: {locationIds: [$id]}) { nodes { cid } } }',
    variables: (id) => ({ id }),
  },
};

const globalId = (id: string, type = 'Contact') => Buffer.from(`${type}:${id}`).toString('base64');
const name = (id: string) => (id.length > 20 ? `of ${id.length} characters` : JSON.stringify(id));

test.each(Object.entries(queriesByPath))(
  'a hostile id in %s does not reach the upstream',
  async (_, { query, variables }) => {
    for (const id of ids) {
      const { errors } = await stack.query(query, { ...variables(id) });
      expect(
        errors.map(({ extensions }) => extensions['code']),
        `the id ${name(id)}`,
      ).toEqual(['BAD_USER_INPUT']);
    }
    expect(stack.emulator.control.calls()).toEqual([]);
  },
);

test('a mutation of the contact "tokens" redeems no token, and makes no call', async () => {
  const { data } = await stack.query(
    'mutation ($id: ID!) { issueContactToken(input: {id: $id, expiresIn: 60, hits: 1}) { userErrors { code field } } }',
    { id: globalId('tokens') },
  );
  expect(data).toEqual({ issueContactToken: { userErrors: [{ code: 'FORMAT', field: ['input', 'id'] }] } });
  expect(stack.emulator.control.calls()).toEqual([]);
});

test('a valid id reaches the intended upstream path through each of these queries', async () => {
  for (const [path, { query, variables }] of Object.entries(queriesByPath)) {
    if (path !== 'node without type')
      expect((await stack.query(query, { ...variables('absent-1_A') })).errors).toEqual([]);
  }
  const paths = stack.emulator.control.calls().map(({ path }) => path.split('?')[0]);
  expect(new Set(paths)).toEqual(
    new Set([
      '/v1/sts/login/services',
      '/v2/customers/absent-1_A',
      '/v2/customers/absent-1_A/devices',
      '/v2/customers/absent-1_A/events',
      `/v2/customers/organizations/${stack.emulator.organizationId}`,
      `/v2/customers/organizations/${stack.emulator.organizationId}/exist`,
    ]),
  );
});

test('a hostile username stays in its query value or body: it reaches the intended upstream path, or nothing', async () => {
  const organization = stack.emulator.organizationId;
  const check = 'query ($username: String!) { contactsExist(by: [{username: $username}]) { exists } }';
  const start = `mutation ($username: String!) { startContactSession(input: {
    organizationId: "${organization}", credentials: {username: $username, password: "x"}
  }) { userErrors { code } } }`;
  for (const username of [...ids, 'x&organizationId=y', 'x=1', '+', ';', 'a\nb', '💥']) {
    for (const query of [check, start]) await stack.query(query, { username });
  }
  const calls = stack.emulator.control.calls().filter(({ route }) => route !== 'login');
  const targets = calls.map(({ path }) => new URL(path, 'http://upstream'));
  expect(new Set(targets.map(({ pathname }) => pathname))).toEqual(
    new Set([`/v2/customers/organizations/${organization}/exist`, '/v3/customers/credential/check']),
  );
  const checks = targets.filter(({ pathname }) => pathname.endsWith('/exist'));
  expect(checks.length).toBeGreaterThan(10);
  for (const { searchParams } of checks) expect([...searchParams.keys()]).toEqual(['username']);
});
