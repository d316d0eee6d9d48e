import {
  buildSchema,
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
  validateExecutionArgs,
} from 'graphql';
import { collectFields } from 'graphql/execution/collectFields.js';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { executePlanned } from '../../src/execution/execute.ts';
import type { CompiledRow } from '../../src/execution/plan.ts';
import { createSelectionPlan } from '../../src/execution/plan.ts';
import { compileRow } from '../../src/execution/row-compiler.ts';
import { compiledRows } from '../support/row-compiler.ts';

vi.mock(import('../../src/execution/row-compiler.ts'), async (original) =>
  (await import('../support/row-compiler.ts')).compileEarly(await original()),
);

beforeEach(() => {
  compiledRows.requested = 0;
  compiledRows.completed = 0;
});

type Values = Record<string, unknown>;
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
const leaves = [
  ...[GraphQLString, GraphQLID, GraphQLInt, GraphQLFloat, GraphQLBoolean, letters, passing, objects, converting],
];

const fitting = new Map<GraphQLOutputType, unknown>([
  ...[[GraphQLString, 'text'] as const, [GraphQLID, 'id'] as const, [GraphQLInt, -7] as const],
  ...[[GraphQLFloat, 2.5] as const, [GraphQLBoolean, false] as const, [letters, 7] as const],
  ...[[passing, 'as it is'] as const, [objects, { some: 'object' }] as const, [converting, 5] as const],
]);

/** Each leaf type as a nullable and as a non-null field, between two text fields. */
const rowType: GraphQLObjectType = new GraphQLObjectType({
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

function schemaOf(type: GraphQLOutputType): GraphQLSchema {
  const fields: Fields = { rows: { type: new GraphQLList(type) } };
  return new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields }) });
}

const schema = schemaOf(rowType);

/** Checks that the response by plan is identical to that of graphql, several times. */
async function same(query: string, rows: () => readonly unknown[], of = schema, variableValues: Values = {}) {
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

function thrower(name: string): object {
  return Object.defineProperty({ first: 'first', last: 'last' }, name, {
    enumerable: true,
    get() {
      throw new Error(`thrown by ${name}`);
    },
  });
}

describe('a compiled row is identical to a row of graphql', () => {
  test('a compiled row has all values that need no serialization, in the order of the document', async () => {
    const row = { first: 'first', last: 'last' };
    const query = '{ rows { last b: first __typename a: first t: __typename first } }';
    const text = await same(query, () => [row, row, row]);
    expect(text).toContain('{"last":"last","b":"first","__typename":"Row","a":"first","t":"Row","first":"first"}');
    expect(compiledRows.completed).toBe(8);
    expect(compiledRows.requested).toBe(8);
  });

  test.each([
    '{ rows { __proto__: first b: last } }',
    '{ rows { b: last __proto__: __typename } }',
    '{ rows { __proto__: own first last } }',
    '{ rows { __proto__: late first last } }',
    '{ rows { __proto__: row { first } last } }',
    '{ rows { constructor: first toJSON: last hasOwnProperty: __typename valueOf: first then: last } }',
    '{ rows { source: first tables: last v0: first v1: last undefined: first arguments: last } }',
  ])('a compiled row can have response keys with special names: %s', async (query) => {
    const text = await same(query, () => Array.from({ length: 4 }, () => ({ first: 'one', last: 'two', row: {} })));
    expect(text).not.toContain('errors');
    expect(compiledRows.completed).toBeGreaterThan(5);
    expect(Reflect.get({}, 'first')).toBeUndefined();
  });

  test('a compiled row is an ordinary object for any name of its type', async () => {
    const document = parse('{ rows { __proto__: first last } }');
    const rootValue = { rows: Array.from({ length: 3 }, () => ({ first: 'one', last: 'two' })) };
    const { data } = (await executePlanned({ schema, document, rootValue })) as { data: { rows: object[] } };
    for (const row of data.rows) expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
    expect(data.rows.map((row) => Object.keys(row))).toEqual(Array(3).fill(['__proto__', 'last']));
    expect(compiledRows.completed).toBe(2);
  });

  test('a compiled row holds plain values, and the other fields are completed at their positions', async () => {
    const query = '{ rows { late first row { last own } mayObjects own last mayConverting } }';
    const row = { first: 'a', last: 'b', mayObjects: { an: 'object' }, mayConverting: 5 };
    const text = await same(query, () => [
      row,
      { ...row, row: { ...row, row } },
      { ...row, row: Promise.resolve(row) },
    ]);
    expect(text).toContain('{"late":"later","first":"a","row":{"last":"b","own":"resolved"},"mayObjects":{"an":');
    expect(compiledRows.completed).toBeGreaterThan(5);
    expect(compiledRows.requested).toBe(compiledRows.completed);
  });

  test.each([
    ['no plain field', '{ rows { own late row { own } } }'],
    ['no field except __typename', '{ rows { __typename t: __typename } }'],
    ['more keys than V8 keeps', `{ rows { ${Array.from({ length: 65 }, (_, n) => `f${n}: first`).join(' ')} } }`],
  ])('a row is not compiled with %s', async (_, query) => {
    await same(query, () => [{ first: 'a', row: {} }, { first: 'b' }]);
    expect(compiledRows.requested).toBe(0);
  });

  test('a compiled row has at most as many keys as V8 keeps in fast properties', async () => {
    await same(`{ rows { ${Array.from({ length: 64 }, (_, n) => `f${n}: first`).join(' ')} } }`, () => [
      { first: 'a' },
    ]);
    expect(compiledRows.completed).toBe(2);
  });

  test('a compiled row has only the fields that @skip and @include select', async () => {
    const query = 'query ($yes: Boolean!) { rows { a: first @include(if: $yes) last b: first @skip(if: $yes) } }';
    const rows = () => [{ first: 'a', last: 'b' }];
    expect(await same(query, rows, schema, { yes: true })).toContain('{"a":"a","last":"b"}');
    expect(await same(query, rows, schema, { yes: false })).toContain('{"last":"b","b":"a"}');
    const document = parse(query);
    for (const yes of [true, false, true, false, true]) {
      const args = { schema, document, rootValue: { rows: rows() }, variableValues: { yes } };
      expect(JSON.stringify(executePlanned(args))).toBe(JSON.stringify(execute(args)));
    }
  });

  test('rows are not compiled if the caller passes its own field resolver', async () => {
    const document = parse('{ rows { first last } }');
    const fieldResolver = (source: unknown, _: unknown, __: unknown, { fieldName }: { fieldName: string }) =>
      Array.isArray(source) ? 'own' : Reflect.get(Object(source), fieldName);
    const args = { schema, document, rootValue: { rows: [{ first: 'a', last: 'b' }, ['c']] } };
    for (const each of [args, args, { ...args, fieldResolver }, args]) {
      expect(JSON.stringify(executePlanned(each))).toBe(JSON.stringify(execute(each)));
    }
  });
});

/** Everything that a field can have instead of a valid value. Each function creates a new one. */
const values: [string, () => unknown][] = [
  ...['', 'text', 'a "quote"', 'A', 'NULL', 'NAN', 'same', '7', 'true', '\ud800', '\u2028'].map(
    (text): [string, () => unknown] => [`the text ${JSON.stringify(text)}`, () => text],
  ),
  ...[0, -0, 7, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, -(2 ** 31) - 1, 2 ** 32, 2 ** 53, 0.5, 1e300].map(
    (number): [string, () => unknown] => [`the number ${number}`, () => number],
  ),
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5n, 2n ** 64n, true, false, null, undefined].map(
    (value): [string, () => unknown] => [String(value), () => value],
  ),
  ['a symbol', () => Symbol('none')],
  ['an object', () => ({ an: 'object' })],
  ['an object that is a value', () => Math],
  ['a function that is a value', () => Math.max],
  ['a list', () => ['text']],
  ['a boxed text', () => new String('boxed')],
  ['a boxed number', () => new Number(7)],
  ['an object with a value', () => ({ valueOf: () => 'valued', toJSON: () => 'of JSON' })],
  ['a date', () => new Date(0)],
  ['an error', () => new Error('as a value')],
  ['a function', () => () => 'called'],
  ['a function that throws', () => () => Promise.reject(new Error('called'))],
  ['a promise', () => Promise.resolve('A')],
  ['a promise of null', () => Promise.resolve(null)],
  ['a promise of an error', () => Promise.resolve(new Error('promised'))],
  ['something like a promise', () => Object.fromEntries([['then', (keep: (value: unknown) => void) => keep('kept')]])],
];

describe.each(leaves.map((leaf) => [leaf.name, leaf] as const))(
  'a field of type %s has the same result as with graphql',
  (name, leaf) => {
    test.each(values)(
      `a field of type ${name} with the value %s has the same result as with graphql`,
      async (_, value) => {
        for (const field of [`may${name}`, `must${name}`]) {
          const rows = () =>
            [fitting.get(leaf), fitting.get(leaf), value(), fitting.get(leaf), value()].map((each) => ({
              first: 'a',
              [field]: each,
              last: 'b',
            }));
          await same(`{ rows { first ${field} last } }`, rows);
        }
        expect(compiledRows.completed).toBeGreaterThanOrEqual(2 * (2 + 3 + 3));
      },
    );

    test(`a field of type ${name} that throws or is absent does not affect its siblings`, async () => {
      for (const field of [`may${name}`, `must${name}`]) {
        const rows = () => [thrower(field), thrower(field), { first: 'a', last: 'b' }, thrower(field)];
        const text = await same(`{ rows { first ${field} last } }`, rows);
        expect(text).toContain(`"message":"thrown by ${field}"`);
        expect(text).toContain(`"path":["rows",3,"${field}"]`);
        if (field.startsWith('may')) expect(text).toContain(`{"first":"first","${field}":null,"last":"last"}`);
      }
    });
  },
);

describe('the source of a row is read as graphql reads it', () => {
  test.each<[string, () => unknown]>([
    ['a text', () => 'a text'],
    ['a number', () => 5],
    ['true', () => true],
    ['null', () => null],
    ['undefined', () => undefined],
    ['an error', () => new Error('instead of a row')],
    ['a function', () => () => ({ first: 'called' })],
    ['a function with properties', () => Object.assign(() => undefined, { first: 'of a function', last: 'too' })],
    ['a list', () => Object.assign([], { first: 'of a list', last: 'too' })],
    ['a map', () => new Map([['first', 'no property']])],
    ['without prototype', () => Object.assign(Object.create(null), { first: 'a', last: 'b' })],
    ['with a prototype that has it', () => Object.create({ first: 'a', last: 'b' })],
    ['a promise', () => Promise.resolve({ first: 'a', last: 'b' })],
    ['a proxy', () => new Proxy({}, { get: (_, name) => (name === 'then' ? undefined : String(name)) })],
    ['a proxy that throws', () => new Proxy({}, { get: (_, name) => void (name !== 'then' && fail(name)) })],
  ])('a source that is %s is read as graphql reads it', async (_, source) => {
    await same('{ rows { first length: last } }', () => [{ first: 'a', last: 'b' }, source(), source(), { last: 'b' }]);
    expect(compiledRows.completed).toBeGreaterThanOrEqual(3);
  });

  test('a source that is not an object has no properties, also where JavaScript has some', async () => {
    const of = schemaOf(new GraphQLObjectType({ name: 'Sized', fields: { length: { type: GraphQLInt } } }));
    const text = await same('{ rows { length } }', () => [{ length: 1 }, 'text', () => 0, [1, 2], 5n, {}], of);
    expect(text).toBe(
      '{"data":{"rows":[{"length":1},{"length":null},{"length":0},{"length":2},{"length":null},{"length":null}]}}',
    );
  });

  test('a field that is exposed by another name is read by that name', async () => {
    const extensions = { pothosExposedField: 'length', pothosOriginalResolve: (parent: Values) => parent['length'] };
    const size = { type: GraphQLInt, extensions, resolve: extensions.pothosOriginalResolve };
    const guarded = { ...size, resolve: () => 3 };
    const of = schemaOf(new GraphQLObjectType<Values>({ name: 'Sized', fields: { size, guarded } }));
    await same(
      '{ rows { size guarded } }',
      () => [{ length: 1 }, { length: 2, size: 9 }, 'text', [1], () => 0, {}],
      of,
    );
    expect(compiledRows.completed).toBeGreaterThan(5);
  });
});

function fail(name: unknown): never {
  throw new Error(`no ${String(name)}`);
}

describe('rows of an interface or a union have a plan for each type', () => {
  const several = buildSchema(`
    type Query { rows: [Thing], eithers: [Either!] }
    interface Thing { a: String, b: Int! }
    union Either = One | Two | Checked
    type One implements Thing { a: String, b: Int!, c: String }
    type Two implements Thing { a: String, b: Int!, c: Int }
    type Checked implements Thing { a: String, b: Int!, c: Boolean }
    type Stranger { a: String }
  `);
  (several.getType('Checked') as GraphQLObjectType).isTypeOf = (source) => {
    const { kind, late } = source as Values;
    return late ? Promise.resolve(kind === 'Checked') : kind === 'Checked';
  };
  for (const name of ['Thing', 'Either']) {
    const type = several.getType(name) as GraphQLObjectType & { resolveType: (source: Values) => unknown };
    type.resolveType = ({ kind, late }) => (late ? Promise.resolve(kind) : kind);
  }
  const rowOf = (kind: unknown, n: number, late = n % 3 === 0) => ({
    kind,
    a: `a${n}`,
    b: n,
    c: n % 2 ? `${n}` : n,
    late,
  });

  test.each(['rows', 'eithers'])(
    'the %s have a plan for each of their types, whatever determines the type',
    async (field) => {
      const kinds = [
        'One',
        'Two',
        'One',
        'Checked',
        'Two',
        'One',
        'Nothing',
        undefined,
        'Stranger',
        '',
        'Query',
        7,
        '__proto__',
      ];
      const query = `{ ${field} { ... on Thing { a } __typename ... on One { c b } ... on Two { b d: c } ... on Checked { e: c } } }`;
      for (const some of [kinds.slice(0, 6), kinds, kinds.toReversed()]) {
        const rows = Array.from({ length: 40 }, (_, n) => rowOf(some[n % some.length], n));
        const document = parse(query);
        for (let turn = 0; turn < 2; turn += 1) {
          const args = { schema: several, document, rootValue: { [field]: rows } };
          expect(JSON.stringify(await executePlanned(args))).toBe(JSON.stringify(await execute(args)));
        }
      }
      expect(compiledRows.completed).toBeGreaterThan(20);
    },
  );

  test('rows with a wrong type are reported each time', async () => {
    const rows = () =>
      [1, 2, 3, 4].map((n) => ({
        ...rowOf('Checked', n),
        get kind() {
          return n % 2 ? 'Checked' : 'checked';
        },
      }));
    await same('{ rows { a b ... on Checked { c } } }', rows, several);
    await same(
      '{ rows { a b } }',
      () => [rowOf('One', 1), rowOf('Two', 2), { kind: 'One', b: null }, rowOf('One', 3)],
      several,
    );
  });
});

describe('the generated code of a row contains only safe names', () => {
  /** A row plan with names that no document can have. */
  function makerOf(names: readonly string[], property = 'first'): CompiledRow {
    const validated = validateExecutionArgs({ schema, document: parse('{ rows { first } }') });
    if (!('schema' in validated)) throw new Error('invalid', { cause: validated });
    const { fragments, variableValues, operation } = validated;
    const selection = parse(`{ ${property} }`).definitions[0] as typeof operation;
    const { groupedFieldSet } = collectFields(
      schema,
      fragments,
      variableValues,
      rowType,
      selection.selectionSet,
      false,
    );
    const [field] = createSelectionPlan(validated, rowType, groupedFieldSet).fields;
    if (field === undefined) throw new Error('no field');
    const fields = names.map((name) => ({ ...field, name, exposed: name }));
    const blank = Object.fromEntries([...names, 'said'].map((name) => [name, name === 'said' ? names.join() : null]));
    const make = compileRow(fields, blank);
    if (make === undefined) throw new Error('nothing made');
    return make;
  }

  const names = [
    ...[
      '"]; throw 1; //',
      '\\',
      '\\"',
      "'",
      '$'.concat('{1}`'),
      '*/',
      '\n',
      '\r',
      '\u2028',
      '\u2029',
      '\u0000',
      '\ud800',
      '',
    ],
    ...['constructor', 'ключ', '"', '": (() => { throw 1; })(), "', '</script>', 'a'.repeat(100_000)],
  ];

  test.each(names.map((name) => [JSON.stringify(name.slice(0, 40)), name]))(
    'generated code has %s as a key, and no code from it',
    (_, name) => {
      const source = Object.fromEntries([[name, `of ${name}`]]);
      expect(makerOf([name])(source)).toEqual({ [name]: `of ${name}`, said: name });
    },
  );

  test('generated code can have all these keys together', () => {
    const source = Object.fromEntries(names.map((name) => [name, `of ${name}`]));
    expect(makerOf(names)(source)).toEqual({ ...source, said: names.join() });
  });

  test('generated code has no access to values, the schema or the document', () => {
    const written = vi.spyOn(globalThis, 'Function');
    const document = parse(`query Canary1($canary2: Boolean = true) { rows { ...Canary3 } }
      fragment Canary3 on Row { alias: mayLetter @include(if: $canary2) first }`);
    const rows = Array.from({ length: 3 }, () => ({ first: 'canary4', mayLetter: 7 }));
    expect(executePlanned({ schema, document, rootValue: { rows } })).not.toHaveProperty('errors');
    const texts = written.mock.calls.map((given) => given.join('\n'));
    written.mockRestore();
    expect(texts).toHaveLength(1);
    expect(texts[0]).toContain('"alias"');
    expect(texts[0]?.toLowerCase()).not.toContain('canary');
    expect(texts[0]).not.toContain('NUMBER');
  });
});
