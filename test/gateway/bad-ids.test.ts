// An invalid id, or too many ids, is the error of its own field or list entry: what is beside it in the answer stands.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { edge } from '../../emulator/edge-cases.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 20 } });
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const globalId = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64');
const ada = globalId('Contact', demo.contactId);

const badIds = [
  'bad',
  '',
  ' ',
  '7',
  'null',
  '../../etc/passwd',
  '%2e%2e%2f',
  'Contact:1',
  globalId('Device', 'a'),
  globalId('contact', 'a'),
  globalId('Contact', ''),
  globalId('Contact', '../a'),
  globalId('Contact', 'a'.repeat(129)),
  globalId('Contact', 'a:b'),
  `${ada}é`.repeat(20),
  'a'.repeat(10_000),
];

const nodes = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } viewer { __typename } }';
const viewer = { __typename: 'Viewer' };

describe('nodes', () => {
  test.each(badIds.map((id) => [id.slice(0, 40), id]))(
    'the invalid id %j is null with an error of its own',
    async (_, id) => {
      const { data, errors, text } = await stack.query(nodes, { ids: [ada, id, ada] });
      expect(data).toEqual({ nodes: [{ id: ada }, null, { id: ada }], viewer });
      expect(errors).toMatchObject([
        { path: ['nodes', 1], extensions: { code: 'BAD_USER_INPUT', reason: 'FORMAT', field: ['ids', '1'] } },
      ]);
      if (id.length > 4 && id !== 'null') expect(text).not.toContain(id);
    },
  );

  test('several invalid ids have an error each, also as literals and as numbers, and valid ones are read', async () => {
    const organization = globalId('Organization', stack.emulator.organizationId);
    const { data, errors } = await stack.query(
      `{ nodes(ids: [1, "${ada}", "x", "${organization}", "${globalId('Contact', 'absent')}"]) { id } viewer { __typename } }`,
    );
    expect(data).toEqual({ nodes: [null, { id: ada }, null, { id: organization }, null], viewer });
    expect(errors.map(({ path }) => path)).toEqual([
      ['nodes', 0],
      ['nodes', 2],
    ]);
  });

  test('a hundred invalid ids have a hundred errors, and cost no upstream call', async () => {
    const { data, errors } = await stack.query(nodes, { ids: Array(100).fill('bad') });
    expect(data).toEqual({ nodes: Array(100).fill(null), viewer });
    expect(errors).toHaveLength(100);
    expect(stack.emulator.control.calls()).toEqual([]);
  });

  test.each([101, 1_000, 10_000])('%i ids null the list with one error, and cost no upstream call', async (count) => {
    const { data, errors } = await stack.query(nodes, { ids: Array(count).fill(ada) });
    expect(data).toEqual({ nodes: null, viewer });
    expect(errors).toMatchObject([
      {
        path: ['nodes'],
        extensions: { code: 'BAD_USER_INPUT', reason: 'TOO_MANY', field: ['ids'], params: { max: 100 } },
      },
    ]);
    expect(stack.emulator.control.calls()).toEqual([]);
  });

  test('a list with too many ids does not affect the same field under another alias', async () => {
    const { data } = await stack.query(
      `query ($ids: [ID!]!) { a: nodes(ids: ["${ada}"]) { id } b: nodes(ids: $ids) { id } }`,
      { ids: Array(101).fill(ada) },
    );
    expect(data).toEqual({ a: [{ id: ada }], b: null });
  });
});

describe('a single id', () => {
  const fields = [
    ['node', (id: string) => `node(id: ${id}) { id }`, ['id']],
    ['contact', (id: string) => `contact(by: {id: ${id}}) { id }`, ['by', 'id']],
    ['contactExists', (id: string) => `contactExists(by: {id: ${id}})`, ['by', 'id']],
  ] as const;

  test.each(fields)(
    '%s with an invalid id is null with an error, and its siblings stand',
    async (name, field, path) => {
      for (const id of badIds) {
        for (const [query, variables] of [
          [`query ($id: ID!) { viewer { __typename } ${field('$id')} }`, { id }],
          [`{ viewer { __typename } ${field(JSON.stringify(id))} }`, {}],
        ] as const) {
          const { data, errors } = await stack.query(query, variables);
          expect(data).toEqual({ viewer, [name]: null });
          expect(errors).toMatchObject([{ path: [name], extensions: { code: 'BAD_USER_INPUT', field: path } }]);
        }
      }
      expect(stack.emulator.control.calls()).toEqual([]);
    },
  );

  test.each(['..', 'a/b', '', 'a'.repeat(129)])(
    'contact(by: {cid: %j}) is null with an error, and its siblings stand',
    async (cid) => {
      const { data, errors } = await stack.query(
        'query ($cid: ID!) { viewer { __typename } contact(by: {cid: $cid}) { id } }',
        { cid },
      );
      expect(data).toEqual({ viewer, contact: null });
      expect(errors).toMatchObject([{ path: ['contact'], extensions: { field: ['by', 'cid'] } }]);
    },
  );
});

describe('an invalid argument below a contact', () => {
  const arguments_ = ['first: 0', 'first: -1', 'first: 1001', 'after: "x"', 'first: 1, after: ""'];
  const cases = ['events', 'devices', 'accountings'].flatMap((branch) =>
    arguments_.map((args) => [branch, args] as const),
  );

  test.each([
    ...cases,
    ['events', 'since: "x"'],
    ['events', 'until: "x"'],
    ['events', 'since: "2026-01-02T00:00:00Z", until: "2026-01-01T00:00:00Z"'],
  ] as const)('%s(%s) nulls only itself, and costs no upstream call of its own', async (branch, args) => {
    const selection = `{ cid ${branch}(${args}) { totalCount } }`;
    const { data, errors } = await stack.query(
      `{ contact(by: {cid: "${demo.contactId}"}) ${selection} nodes(ids: ["${ada}"]) { ... on Contact ${selection} } }`,
    );
    const contact = { cid: demo.contactId, [branch]: null };
    expect(data).toEqual({ contact, nodes: [contact] });
    expect(errors.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        ['contact', branch],
        ['nodes', 0, branch],
      ]),
    );
    expect(stack.emulator.control.calls().map(({ route }) => route)).not.toContain(branch);
  });

  test('an invalid argument of a branch nulls the branch in each row of a list, and costs no upstream call for any row', async () => {
    const { data } = await stack.query('{ contacts(first: 3) { nodes { cid devices(first: 0) { totalCount } } } }');
    expect(data.contacts.nodes).toHaveLength(3);
    for (const node of data.contacts.nodes) expect(node).toEqual({ cid: expect.any(String), devices: null });
    expect(stack.emulator.control.calls().filter(({ route }) => route === 'devices')).toEqual([]);
  });
});

test('an invalid row of a bulk mutation is a result of its own', async () => {
  const { data, errors } = await stack.query(
    `mutation { updateContacts(inputs: [{id: "bad", zipCode: "1"}, {id: "${globalId('Contact', edge.emoji)}", zipCode: "1"}]) {
      results { contact { cid } userErrors { code field } } userErrors { code } } }`,
  );
  expect(errors).toEqual([]);
  expect(data.updateContacts).toEqual({
    results: [
      { contact: null, userErrors: [{ code: 'FORMAT', field: ['inputs', '0', 'id'] }] },
      { contact: { cid: edge.emoji }, userErrors: [] },
    ],
    userErrors: [],
  });
});
