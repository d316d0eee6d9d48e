import { type GraphQLField, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { costOf } from '../../src/schema/call-cost.ts';
import { schema } from '../../src/schema/index.ts';
import { requireCosts } from '../../src/schema/require-costs.ts';

/** The fields that declare what they cost, by their names in the schema. */
const declared = Object.values(schema.getTypeMap()).flatMap((type) =>
  isObjectType(type)
    ? Object.values(type.getFields())
        .filter((field) => costOf(field) !== undefined)
        .map((field): [string, GraphQLField<unknown, unknown>] => [`${type.name}.${field.name}`, field])
    : [],
);

test('the fields that may make calls are found, with and without a declaration of access', () => {
  expect(declared.length).toBeGreaterThan(50);
  expect(declared.map(([name]) => name)).toEqual(expect.arrayContaining(['Contact.devices', 'Viewer.scopes']));
});

test.each(declared)('a schema in which %s does not declare what it costs is not served', (name, field) => {
  const { extensions } = field;
  field.extensions = { ...extensions, cost: undefined };
  try {
    expect(() => requireCosts(schema)).toThrow(`Declare what ${name} cost: see src/schema/call-cost.ts`);
  } finally {
    field.extensions = extensions;
  }
  expect(requireCosts(schema)).toBe(schema);
});

/** The fields that cost a call for each object on which they are, or for each of their ids or rows. */
const perRow = declared.filter(([name, field]) => {
  const isOneWrite = name.startsWith('Mutation.') && field.args.every((arg) => arg.name === 'input');
  return /\beach\b/.test(costOf(field)?.text ?? '') && !isOneWrite;
});

test('there are fields that cost calls for each row, and others', () => {
  expect(perRow.map(([name]) => name)).toEqual(expect.arrayContaining(['Contact.language', 'Query.nodes']));
  expect(perRow.length).toBeLessThan(declared.length);
});

test.each(perRow)(
  'the description of %s, or of one of its arguments, says that it costs upstream calls',
  (_, field) => {
    expect([field, ...field.args].map(({ description }) => description).join(' ')).toMatch(/\bupstream calls?\b/);
  },
);
