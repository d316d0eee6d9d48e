import { buildSchema, execute, type GraphQLObjectType, parse } from 'graphql';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { executePlanned } from '../../src/execution/execute.ts';
import { compiledRows, resetCompiledRows } from '../support/row-compiler.ts';
import { same, type Values } from './support/leaf-fields.ts';

vi.mock(import('../../src/execution/row-compiler.ts'), async (original) =>
  (await import('../support/row-compiler.ts')).compileEarly(await original()),
);

beforeEach(resetCompiledRows);

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
