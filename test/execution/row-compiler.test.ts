import { execute, parse } from 'graphql';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { executePlanned } from '../../src/execution/execute.ts';
import { compiledRows, resetCompiledRows } from '../support/row-compiler.ts';
import { same, schema } from './support/leaf-fields.ts';

vi.mock(import('../../src/execution/row-compiler.ts'), async (original) =>
  (await import('../support/row-compiler.ts')).compileEarly(await original()),
);

beforeEach(resetCompiledRows);

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
