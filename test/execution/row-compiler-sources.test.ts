import { GraphQLInt, GraphQLObjectType } from 'graphql';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { compiledRows, resetCompiledRows } from '../support/row-compiler.ts';
import { same, schemaOf, type Values } from './support/leaf-fields.ts';

vi.mock(import('../../src/execution/row-compiler.ts'), async (original) =>
  (await import('../support/row-compiler.ts')).compileEarly(await original()),
);

beforeEach(resetCompiledRows);

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
