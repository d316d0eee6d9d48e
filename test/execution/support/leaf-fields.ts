import {
  execute,
  GraphQLBoolean,
  GraphQLEnumType,
  type GraphQLFieldConfig,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  parse,
} from 'graphql';
import { expect } from 'vitest';
import { executePlanned } from '../../../src/execution/execute.ts';

// A schema with a list of rows, which have a field of each leaf type, and the comparison of their completion with graphql's.

/** Variables, or the properties of an object. */
export type Values = Record<string, unknown>;
type Fields = Record<string, GraphQLFieldConfig<unknown, unknown>>;

const letters = new GraphQLEnumType({
  name: 'Letter',
  values: {
    A: {},
    NUMBER: { value: 7 },
    NAN: { value: Number.NaN },
    NULL: { value: null },
    OBJECT: { value: Math },
    FUNCTION: { value: Math.max },
    FIRST: { value: 'same' },
    LAST: { value: 'same' },
    YES: { value: true },
  },
});
const passing = new GraphQLScalarType({
  name: 'Passing',
  coerceOutputValue: (value) => (typeof value === 'string' ? value : `converted ${typeof value}`),
  extensions: { passes: 'string' },
});
const objects = new GraphQLScalarType({
  name: 'Objects',
  coerceOutputValue: (value) => value,
  extensions: { passes: 'object' },
});
const converting = new GraphQLScalarType({ name: 'Converting', coerceOutputValue: (value) => `<${String(value)}>` });

/** Each kind of leaf type: built in, and with and without conversion of its values. */
export const leaves = [
  ...[GraphQLString, GraphQLID, GraphQLInt, GraphQLFloat, GraphQLBoolean, letters, passing, objects, converting],
];

/** A valid value of each leaf type. */
export const fitting = new Map<GraphQLOutputType, unknown>([
  ...[[GraphQLString, 'text'] as const, [GraphQLID, 'id'] as const, [GraphQLInt, -7] as const],
  ...[[GraphQLFloat, 2.5] as const, [GraphQLBoolean, false] as const, [letters, 7] as const],
  ...[[passing, 'as it is'] as const, [objects, { some: 'object' }] as const, [converting, 5] as const],
]);

/** Each leaf type as a nullable and as a non-null field, between two text fields. */
export const rowType: GraphQLObjectType = new GraphQLObjectType({
  name: 'Row',
  fields: (): Fields => ({
    first: { type: GraphQLString },
    ...Object.fromEntries(leaves.flatMap((leaf) => fieldsOf(leaf.name, leaf))),
    last: { type: new GraphQLNonNull(GraphQLString) },
    row: { type: rowType },
    late: { type: GraphQLString, resolve: async () => 'later' },
    own: { type: GraphQLString, resolve: () => 'resolved' },
  }),
});

function fieldsOf(
  name: string,
  leaf: GraphQLOutputType & (typeof leaves)[number],
): [string, GraphQLFieldConfig<unknown, unknown>][] {
  return [
    [`may${name}`, { type: leaf }],
    [`must${name}`, { type: new GraphQLNonNull(leaf) }],
  ];
}

/** A schema whose query field `rows` is a list of this type. */
export function schemaOf(type: GraphQLOutputType): GraphQLSchema {
  const fields: Fields = { rows: { type: new GraphQLList(type) } };
  return new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields }) });
}

/** The schema of `rowType`. */
export const schema = schemaOf(rowType);

/** Checks that the response by plan is identical to that of graphql, several times. */
export async function same(query: string, rows: () => readonly unknown[], of = schema, variableValues: Values = {}) {
  const document = parse(query);
  let text = '';
  for (let turn = 0; turn < 3; turn += 1) {
    const run = async (executor: typeof execute | typeof executePlanned) => {
      const args = { schema: of, document, variableValues, rootValue: { rows: rows() } };
      return JSON.stringify(await executor(args), (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
    };
    text = await run(execute);
    expect(await run(executePlanned)).toBe(text);
  }
  return text;
}
