// What a client learns from the schema alone: the format of each scalar, default page sizes, the fields that cost an
// upstream call for each row, and which mutations can be repeated.
import { getNamedType, isLeafType, isObjectType, isScalarType, isSpecifiedScalarType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { selectAll } from '../support/select-all.ts';

const scalars = Object.values(schema.getTypeMap()).filter((type) => isScalarType(type) && !isSpecifiedScalarType(type));

test('the schema has custom scalars for these tests', () => {
  expect(scalars.length).toBeGreaterThan(5);
});

test.each(scalars.map((scalar) => [scalar.name, scalar]))('the scalar %s links to its specification', (_, scalar) => {
  const url = isScalarType(scalar) ? scalar.specifiedByURL : undefined;
  expect(URL.canParse(url ?? '')).toBe(true);
  expect(new URL(url ?? '').protocol).toBe('https:');
});

describe('the cost of a field of Contact in a list', () => {
  const rows = 4;
  const contact = schema.getType('Contact');
  const fields = isObjectType(contact) ? Object.values(contact.getFields()) : [];

  let stack: TestGateway;
  beforeAll(async () => {
    stack = await startGateway({ emulator: { contacts: 20 } });
  });
  afterAll(() => stack.close());

  test('the type Contact has fields with a cost, and fields without', () => {
    const costly = fields.filter(({ description }) => description?.includes('upstream call'));
    expect(costly.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['language', 'events', 'document', 'custom']),
    );
    expect(costly.length).toBeLessThan(fields.length / 2);
  });

  test.each(fields.map((field) => [field.name, field] as const))(
    'the description of %s says whether it costs an upstream call for each contact',
    async (name, { type, description }) => {
      const named = getNamedType(type);
      const selection = isLeafType(named) ? '' : selectAll(schema, named.name, ['Contact']);
      stack.emulator.control.reset();
      const { errors } = await stack.query(`{ contacts(first: ${rows}) { nodes { ${name} ${selection} } } }`);
      expect(errors).toEqual([]);
      const calls = stack.emulator.control.calls().filter(({ route }) => route !== 'contacts' && route !== 'login');
      const isCostly = description?.includes('In a list it costs an upstream call for each contact') === true;
      expect(calls).toHaveLength(isCostly ? rows : 0);
    },
  );
});

describe('the default page size', () => {
  let stack: TestGateway;
  beforeAll(async () => {
    stack = await startGateway({ emulator: { contacts: 50 } });
  });
  afterAll(() => stack.close());

  test('the schema has a default for each argument "first"', () => {
    const sizes = Object.values(schema.getTypeMap())
      .flatMap((type) => (isObjectType(type) && !type.name.startsWith('__') ? Object.values(type.getFields()) : []))
      .flatMap(({ args }) => args.filter(({ name }) => name === 'first'));
    expect(sizes.length).toBeGreaterThan(3);
    for (const { default: value, defaultValue } of sizes) expect(value?.value ?? defaultValue).toBe(20);
  });

  const page = '{ nodes { cid } pageInfo { hasNextPage hasPreviousPage } }';

  test('contacts without a page size are twenty', async () => {
    const { data, errors } = await stack.query(`{ contacts ${page} }`);
    expect(errors).toEqual([]);
    expect(data.contacts.nodes).toHaveLength(20);
    expect(data.contacts.pageInfo.hasNextPage).toBe(true);
  });

  test.each([
    ['as a literal', `{ contacts(last: 3) ${page} }`, {}],
    ['as a variable', `query ($last: Int) { contacts(last: $last) ${page} }`, { last: 3 }],
    [
      'beside a variable "first" without a value',
      `query ($first: Int, $last: Int) { contacts(first: $first, last: $last) ${page} }`,
      { last: 3 },
    ],
    [
      'beside a "first" that is null',
      `query ($first: Int, $last: Int) { contacts(first: $first, last: $last) ${page} }`,
      { first: null, last: 3 },
    ],
  ])('with "last" %s the default does not apply', async (_, query, variables) => {
    const { data, errors } = await stack.query(query, variables);
    expect(errors).toEqual([]);
    expect(data.contacts.nodes).toHaveLength(3);
    expect(data.contacts.pageInfo.hasPreviousPage).toBe(true);
  });

  test.each(['first: 20, last: 3', 'first: 5, last: 3'])('contacts(%s) is refused', async (args) => {
    const { errors } = await stack.query(`{ contacts(${args}) ${page} }`);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: ['last'] } }]);
  });

  test('the default counts in the limit on the fields of an answer', async () => {
    const aliases = Array.from({ length: 30 }, (_, n) => `a${n}: contacts { nodes { cid firstName } }`).join(' ');
    const small = await startGateway({ emulator: { contacts: 50 }, env: { MAX_RESPONSE_FIELDS: '1000' } });
    const { errors } = await small.query(`{ ${aliases} }`);
    expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_EXPENSIVE' } }]);
    expect(small.emulator.control.calls()).toEqual([]);
    await small.close();
  });
});

const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});

test.each(mutations.map(({ name, description }) => [name, description]))(
  'the description of %s says what an Idempotency-Key does',
  (_, description) => {
    expect(description).toContain('`Idempotency-Key`');
  },
);

test('exactly the mutations that create or register something are done once for an Idempotency-Key', () => {
  const once = mutations.filter(({ description }) => description?.includes('is done once'));
  expect(once.map(({ name }) => name).toSorted()).toEqual([
    ...['createContact', 'createContacts', 'issueContactToken', 'registerContactDevice'],
  ]);
});
