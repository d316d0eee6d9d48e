import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enableCodeGeneration } from '../../../src/code-generation.ts';
import { createLog } from '../../../src/log.ts';
import {
  count,
  date,
  type FieldDecoder,
  id,
  nonEmptyText,
  optional,
  text,
  undecodable,
} from '../../../src/upstream/decode/fields.ts';
import { listOf, nestedField, rowDecoder, toWireObject } from '../../../src/upstream/decode/row.ts';
import { recordPaths } from '../../support/reporter.ts';

/** Decodes a row, and returns it with the list of the paths that are reported from then on. */
function read<T extends object>(decode: FieldDecoder<T>, value: unknown) {
  const { paths, ...reporter } = recordPaths();
  const row = decode(value, reporter, 'rows');
  if (row === undecodable) throw new Error(`not decodable: ${paths.join(', ')}`);
  return { row, paths };
}

describe.each([
  ['generated code', true],
  ['defined getters', false],
])('rows are decoded with %s', (_, isGenerated) => {
  // A class of rows is created with its first row.
  beforeAll(() => enableCodeGeneration(isGenerated));
  afterAll(() => enableCodeGeneration(true));

  const person = rowDecoder({ cid: 'cid', age: 'years', born: 'born' }, { cid: id, age: count, born: date }, ['cid']);

  test('the class of a row is generated code only where that is enabled', () => {
    const { row } = read(person, { cid: 'a' });
    expect(String(row.constructor).includes('decode_cid')).toBe(isGenerated);
  });

  test('a row reads the names of the wire and has the names of the model, also when two fields swap their names', () => {
    const swapped = rowDecoder({ a: 'b', b: 'a', c: 'x' }, { a: text, b: text, c: count });
    const { row } = read(swapped, { a: 'of a', b: 'of b', x: '3', c: 4 });
    expect([row.a, row.b, row.c]).toEqual(['of b', 'of a', 3]);
  });

  test('a row has undefined for an absent field and null for one that is null', () => {
    const { row, paths } = read(rowDecoder({ a: 'x', b: 'y' }, { a: text, b: text }), { x: null });
    expect([row.a, row.b]).toEqual([null, undefined]);
    expect(paths).toEqual([]);
  });

  test('a row has the fields of its decoder, and no unknown fields', () => {
    const { row, paths } = read(person, { cid: 'a', years: '44', born: '1980-02-29', more: 1 });
    expect([row.cid, row.age, row.born]).toEqual(['a', 44, '1980-02-29']);
    expect('more' in row).toBe(false);
    expect(paths).toEqual([]);
  });

  test('a field that cannot be decoded is null and reported under its name in the wire, and the other fields are unaffected', () => {
    const { row, paths } = read(person, { cid: 'a', years: { __proto__: 1 }, born: '1980-02-29' });
    expect([row.cid, row.age, row.born]).toEqual(['a', null, '1980-02-29']);
    expect(paths).toEqual(['rows.years']);
  });

  test('a field that cannot be decoded is not reported before it is read', () => {
    const { row, paths } = read(person, { cid: 'a', years: 'many', born: 'long ago' });
    expect(row.cid).toBe('a');
    expect(paths).toEqual([]);
    expect(row.born).toBeNull();
    expect(paths).toEqual(['rows.born']);
  });

  test('a field that cannot be decoded is reported once although it is read three times', () => {
    const { row, paths } = read(person, { cid: 'a', years: 'many' });
    expect([row.age, row.age, row.age]).toEqual([null, null, null]);
    expect(paths).toEqual(['rows.years']);
  });

  test.each([{ cid: '../x' }, { cid: null }, { cid: 5 }, {}])(
    'a row is undecodable without its required field, which is reported: %j',
    (value) => {
      const reporter = recordPaths();
      expect(person(value, reporter, 'rows')).toBe(undecodable);
      expect(reporter.paths).toEqual(['rows.cid']);
    },
  );

  test.each([null, undefined, [], [{ cid: 'a' }], 'text', 5, true])(
    'a value that is not an object is no row: %j',
    (value) => {
      const reporter = recordPaths();
      expect(person(value, reporter, 'rows')).toBe(undecodable);
      expect(reporter.paths).toEqual([]);
    },
  );

  test('a field of a row within a row is reported once, under the names of both', () => {
    const outer = rowDecoder({ inner: 'in' }, { inner: optional(person) });
    const { row, paths } = read(outer, { in: { cid: 'a', years: 'many' } });
    expect([row.inner?.age, row.inner?.age]).toEqual([null, null]);
    expect(paths).toEqual(['rows.in.years']);
  });

  test('a row within a row that is not an object is null and reported', () => {
    const outer = rowDecoder({ inner: 'in' }, { inner: optional(person) });
    const { row, paths } = read(outer, { in: 'a' });
    expect([row.inner, row.inner]).toEqual([null, null]);
    expect(paths).toEqual(['rows.in']);
  });

  test('a nested field is read and reported like a field of a row within a row', () => {
    const flat = rowDecoder(
      { age: 'in', born: 'in' },
      { age: nestedField('years', count), born: nestedField('born', date) },
    );
    const { row, paths } = read(flat, { in: { years: 'many', born: '1980-02-29' } });
    expect([row.age, row.age, row.born]).toEqual([null, null, '1980-02-29']);
    expect(paths).toEqual(['rows.in.years']);
  });

  test.each(['a', 5, true, []])(
    'nested fields of a value that is not an object are null, and the value is reported once: %j',
    (value) => {
      const flat = rowDecoder(
        { age: 'in', born: 'in' },
        { age: nestedField('years', count), born: nestedField('born', date) },
      );
      const { row, paths } = read(flat, { in: value });
      expect([row.age, row.born]).toEqual([null, null]);
      expect(paths).toEqual(['rows.in']);
    },
  );

  test.each([{}, { in: null }, { in: {} }])('a nested field that is absent is not reported: %j', (value) => {
    const flat = rowDecoder({ age: 'in' }, { age: nestedField('years', count) });
    const { row, paths } = read(flat, value);
    expect(row.age ?? null).toBeNull();
    expect(paths).toEqual([]);
  });

  test('the rows of a list are reported under the same path, without indexes', () => {
    const { row, paths } = read(listOf(person), [
      { cid: 'a', years: 'many', born: '1981-02-29' },
      { cid: 'b', years: {}, born: null },
      { cid: 'c', years: 30 },
    ]);
    expect(row.map(({ cid, age, born }) => [cid, age, born])).toEqual([
      ['a', null, null],
      ['b', null, null],
      ['c', 30, undefined],
    ]);
    expect(paths).toEqual(['rows.years', 'rows.born', 'rows.years']);
  });

  test.each([
    [null, 'rows', 'null'],
    [5, 'rows', 'number'],
    [true, 'rows', 'boolean'],
    ['text', 'rows', 'string'],
    [[], 'rows', 'array'],
    [{}, 'rows.cid', 'absent'],
    [{ cid: null }, 'rows.cid', 'null'],
    [{ cid: '../x' }, 'rows.cid', 'string'],
    [{ cid: { a: 1 } }, 'rows.cid', 'object'],
  ])('an undecodable row is skipped, and reported once also when the list is decoded again: %j', (bad, path, kind) => {
    const reporter = recordPaths();
    const wire = [{ cid: 'a' }, bad, { cid: 'b' }];
    const readCids = () => {
      const rows = listOf(person)(wire, reporter, 'rows');
      return rows === undecodable ? [] : rows.map(({ cid }) => cid);
    };
    expect([readCids(), readCids()]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect([reporter.paths, reporter.kinds]).toEqual([[path], [kind]]);
  });

  test.each([[[null]], [[{}, { cid: '../x' }]], [{ cid: 'a' }], ['none'], [null], [undefined]])(
    'a list of nothing but undecodable rows, and a value that is not a list, are undecodable: %j',
    (value) => expect(listOf(person)(value, recordPaths(), 'rows')).toBe(undecodable),
  );

  test('an empty list is decoded to an empty list', () =>
    expect(listOf(person)([], recordPaths(), 'rows')).toEqual([]));

  test('the wire object of a row is the object that it was decoded from', () => {
    const wire = { cid: 'a', years: '44', more: 1 };
    expect(toWireObject(read(person, wire).row)).toBe(wire);
  });

  test('no common way of printing or copying a row reveals the wire object that it was decoded from', () => {
    const secret = rowDecoder(
      { cid: 'cid', name: 'name', more: 'more' },
      { cid: id, name: nonEmptyText, more: optional(person) },
      ['cid'],
    );
    const wire = {
      cid: 'canary-1',
      name: 'canary-2',
      more: { cid: 'canary-3', years: 'canary-4' },
      unread: 'canary-5',
    };
    const { row } = read(secret, wire);
    expect([row.cid, row.name, row.more?.cid]).toEqual(['canary-1', 'canary-2', 'canary-3']);
    const logged: string[] = [];
    const log = createLog('info', { write: (line: string) => void logged.push(line) });
    log.info({ row: row, rows: [row] }, 'a row');
    log.info(row);
    const shown = [
      JSON.stringify([row]),
      inspect(row, { depth: 9, showHidden: true }),
      `${row}`,
      inspect(Object.entries(row)),
      inspect({ ...row }),
      ...logged,
    ];
    expect(logged).toHaveLength(2);
    expect(shown.join('\n')).not.toContain('canary');
    expect(JSON.stringify(row)).toBe('{}');
    expect(structuredClone(row)).toEqual({});
    expect(Reflect.ownKeys(row)).toEqual([]);
    expect(Object.assign({}, row)).toEqual({});
  });

  test('the getters of a row work on the row only, not on its prototype or on another object', () => {
    const { row } = read(person, { cid: 'a', years: 44 });
    const prototype = Object.getPrototypeOf(row) as object;
    const names = Object.getOwnPropertyNames(prototype).sort();
    expect(names).toEqual(['age', 'born', 'cid', 'constructor', 'onUndecodable']);
    expect(() => Reflect.get(prototype, 'age')).toThrow(TypeError);
    expect(() => Reflect.get(prototype, 'age', {})).toThrow(TypeError);
    expect(() => Reflect.set(row, 'age', 5)).not.toThrow();
    expect(row.age).toBe(44);
  });

  test('two row types with the same fields share no class, and the getter of one refuses a row of the other', () => {
    const [one, other] = [0, 1].map(() => rowDecoder({ a: 'x' }, { a: count }));
    if (one === undefined || other === undefined) throw new Error('two decoders are expected');
    const [first, second] = [read(one, { x: 'many' }), read(other, { x: 2 })];
    expect(first.row.constructor).not.toBe(second.row.constructor);
    const getter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(first.row), 'a')?.get;
    expect(() => getter?.call(second.row)).toThrow(TypeError);
    expect([first.row.a, second.row.a, first.row.a]).toEqual([null, 2, null]);
    expect([first.paths, second.paths]).toEqual([['rows.x'], []]);
    expect(toWireObject(second.row)).toEqual({ x: 2 });
  });

  test.each([{ a: 1 }, [], new Map()])(
    'the wire object of a value that is not a row is the value itself: %j',
    (value) => {
      expect(toWireObject(value)).toBe(value);
    },
  );

  test('a row is read correctly under any name that the wire may have', () => {
    const wire = JSON.parse('{"__proto__": "a", "\\"]; throw 1; //": "b", "con-structor": "c", "\u2028": "d"}');
    const names = { a: '__proto__', b: '"]; throw 1; //', c: 'con-structor', d: '\u2028' };
    const { row } = read(rowDecoder(names, { a: text, b: text, c: text, d: text }), wire);
    expect([row.a, row.b, row.c, row.d]).toEqual(['a', 'b', 'c', 'd']);
  });
});
