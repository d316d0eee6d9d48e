import { buildSchema, type GraphQLError, GraphQLScalarType, graphql, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { toPublicMessage } from '../../src/plugins/error-message.ts';

const schema = buildSchema(`
  scalar Picky
  enum Colour { RED }
  input One @oneOf { a: Int b: String }
  input Two { a: Int! }
  type Query {
    int(n: Int): Int float(n: Float): Int string(s: String): Int boolean(b: Boolean): Int id(i: ID): Int
    colour(c: Colour): Int one(o: One): Int two(t: Two): Int list(l: [Int!]): Int picky(p: Picky): Int
  }
`);
Object.assign(schema.getType('Picky') ?? {}, {
  coerceInputValue: new GraphQLScalarType({
    name: 'Picky',
    coerceInputValue: (value) => {
      throw new TypeError(`no ${value}`);
    },
  }).coerceInputValue,
});

const values = [
  '"canary"',
  'CANARY',
  '{canary: "canary"}',
  '["canary"]',
  '1.5e300',
  'null',
  '12345678901234',
  '"a: canary"',
];
const fields = ['int(n', 'float(n', 'string(s', 'boolean(b', 'id(i', 'colour(c', 'one(o', 'two(t', 'list(l', 'picky(p'];
const types = ['Int', 'Float', 'String', 'Boolean', 'ID', 'Colour', 'One', 'Two', '[Int!]', 'Picky'];
const variableValues: unknown[] = [
  'canary',
  { canary: 'canary' },
  ['canary'],
  12345678901234,
  'a: canary\n "canary", found',
  { a: 'canary', b: 'canary' },
  null,
  { a: null },
];

function expectNothingQuoted(errors: readonly GraphQLError[]) {
  for (const { message } of errors) {
    const publicMessage = toPublicMessage(message);
    expect(publicMessage.replaceAll(/"canary" is not defined|unknown field "canary"/g, ''), message).not.toMatch(
      /canary|1.5e|5e\+?300|1234567/i,
    );
    expect(publicMessage).toMatch(/[.?]$/);
  }
}

test('a validation error quotes no value of the document', () => {
  const errors = fields.flatMap((field) =>
    values.flatMap((value) => [...validate(schema, parse(`{ ${field}: ${value}) }`))]),
  );
  expect(errors.length).toBeGreaterThan(50);
  expectNothingQuoted(errors);
});

test('a coercion error quotes no variable', async () => {
  const answers = await Promise.all(
    types.flatMap((type, index) =>
      variableValues.map((canary) =>
        graphql({ schema, source: `query ($v: ${type}) { ${fields[index]}: $v) }`, variableValues: { v: canary } }),
      ),
    ),
  );
  const errors = answers.flatMap(({ errors = [] }) => errors);
  expect(errors.length).toBeGreaterThan(40);
  expectNothingQuoted(errors);
});

test.each([
  '{ int(n: "canary',
  'canary',
  '"canary"',
  '{ a "canary" }',
  '{ a(b: """canary""" """canary""") }',
  '{ a @ "canary" }',
  '{ a(b: 0canary) }',
  '{ a(b: "\\canary") }',
  '{ a(b: "\\u{canary}") }',
  '"""canary""" { a }',
  'query ($a: Int = $canary) { a }',
  'fragment on on Canary { a }',
])('the syntax error of %s quotes nothing', async (source) => {
  const { errors = [] } = await graphql({ schema, source });
  expect(errors).toHaveLength(1);
  expect(errors[0]?.message).toMatch(/^Syntax Error/);
  expectNothingQuoted(errors);
});

test('messages of earlier versions of graphql lose what they quote as well', () => {
  for (const [message, publicMessage] of [
    ['Int cannot represent non-integer value: "canary"', 'Int cannot represent non-integer value.'],
    ['Variable "$a" got invalid value "canary"; Expected type "Int".', 'Variable "$a".'],
    ['Expected value of type "Colour", found "canary".', 'Expected value of type "Colour".'],
    ['Expected type "Picky". Found "canary"; no canary', 'Expected type "Picky".'],
    ['Value "canary" does not exist in "Colour" enum.', 'The value does not exist in "Colour" enum.'],
  ] as const)
    expect(toPublicMessage(message)).toBe(publicMessage);
});
