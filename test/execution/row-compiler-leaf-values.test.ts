import { beforeEach, describe, expect, test, vi } from 'vitest';
import { compiledRows, resetCompiledRows } from '../support/row-compiler.ts';
import { fitting, leaves, same } from './support/leaf-fields.ts';

vi.mock(import('../../src/execution/row-compiler.ts'), async (original) =>
  (await import('../support/row-compiler.ts')).compileEarly(await original()),
);

beforeEach(resetCompiledRows);

function thrower(name: string): object {
  return Object.defineProperty({ first: 'first', last: 'last' }, name, {
    enumerable: true,
    get() {
      throw new Error(`thrown by ${name}`);
    },
  });
}

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
