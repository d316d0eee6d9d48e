import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../../src/schema/index.ts';
import { startGateway } from '../../support/gateway.ts';
import { customerSessionEnvironment, type Sessions, startSessions } from '../../support/sessions.ts';

let stack: Sessions;
beforeAll(async () => {
  stack = await startSessions({ env: customerSessionEnvironment() });
});
afterAll(() => stack.close());

const start = 'startContactSession(input: {token: "x"}) { session }';
const update = 'updateContact(input: {id: "x", firstName: "x"}) { __typename }';
const rootFields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
  Object.values(type?.getFields() ?? {}).map((field) => [field.name, String(type), field] as const),
);

/** The selection of a field with a variable for each required argument. */
function selected([name, , { args, type }]: (typeof rootFields)[number]): string {
  const variables = args.filter((arg) => String(arg.type).endsWith('!')).map((arg) => `${arg.name}: $${arg.name}`);
  const leaf = String(type).startsWith('Boolean');
  return `${name}${variables.length === 0 ? '' : `(${variables})`}${leaf ? '' : ' { __typename }'}`;
}

const variablesByField: Record<string, Record<string, object | string>> = {
  issueContactToken: { input: { id: 'x', expiresIn: 1, hits: 1 } },
  redeemContactToken: { input: { token: 'x' } },
  setContactPolicies: { input: { id: 'x', policies: {} } },
  createContact: { input: { source: 'API', policies: {} } },
  createContacts: { inputs: [] },
  updateContacts: { inputs: [] },
  nodes: { ids: [] },
  node: { id: 'x' },
  contact: { by: { cid: 'x' } },
  contactExists: { by: { cid: 'x' } },
  contactsExist: { by: [] },
};

test.each(rootFields.filter(([name]) => name !== 'startContactSession'))(
  'an anonymous request with the field %s of %s is refused with a 401 as a whole',
  async (...field) => {
    const [name, type, { args }] = field;
    const required = args.filter((arg) => String(arg.type).endsWith('!'));
    const declared = required.map((arg) => `$${arg.name}: ${arg.type}`).join(', ');
    const head = `${type === 'Query' ? 'query' : 'mutation'}${declared === '' ? '' : `(${declared})`}`;
    const query = `${head} { __typename ${type === 'Mutation' ? start : ''} ${selected(field)} }`;
    const variables = variablesByField[name] ?? { input: { id: 'x' } };
    const { status, data, errors, headers } = await stack.query(query, variables);
    expect({ status, data }).toEqual({ status: 401, data: null });
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(stack.emulator.control.calls()).toEqual([]);
  },
);

test.each([
  ['in a fragment', `mutation { ...F } fragment F on Mutation { ${start} ${update} }`],
  ['in an inline fragment', `mutation { ... { ... on Mutation { ${update} } } }`],
  ['under an alias', `mutation { startContactSession: ${update} }`],
  ['left out', `mutation { ${start} ...F @skip(if: true) } fragment F on Mutation { ${update} }`],
  ['in the operation that is not chosen first', `query A { __typename } mutation B { ${update} }`],
])('an anonymous request with a field other than startContactSession is refused: %s', async (_, query) => {
  const response = await stack.gateway.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, ...(query.includes('mutation B') && { operationName: 'B' }) }),
  });
  expect(response.status).toBe(401);
  expect(stack.emulator.control.calls()).toEqual([]);
});

test('an anonymous request with 30 fragments that each spread the next one twice is answered', async () => {
  const doubling = Array.from({ length: 30 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`);
  const { status } = await stack.query(`{ ...F0 } ${doubling.join(' ')} fragment F30 on Query { __typename }`);
  expect(status).toBe(200);
});

test('an anonymous introspection is answered when the schema is public', async () => {
  const { data, errors } = await stack.query('{ __schema { queryType { name } } __typename }');
  expect({ data, errors }).toEqual({
    data: { __schema: { queryType: { name: 'Query' } }, __typename: 'Query' },
    errors: [],
  });
});

test('without session keys startContactSession is FORBIDDEN and a session is no valid token', async () => {
  const { SESSION_KEYS: _, ...env } = customerSessionEnvironment();
  const closed = await startGateway({ env, emulator: { contacts: 10 } });
  const { data, errors } = await closed.query(`mutation { ${start} }`);
  expect(data).toEqual({ startContactSession: null });
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  const session = await closed.query('{ __typename }', {}, { authorization: 'Bearer cgs_AAAA' });
  expect(session.status).toBe(401);
  expect(closed.emulator.control.calls()).toEqual([]);
  await closed.close();
});
