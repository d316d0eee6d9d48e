import { expect, test } from 'vitest';
import { count, date, optional, text, undecodable } from '../../../src/upstream/decode/fields.ts';
import { nestedField, rowDecoder } from '../../../src/upstream/decode/row.ts';
import { recordPaths } from '../../support/reporter.ts';
import { describeRows, read } from './support/rows.ts';

describeRows((person, isGenerated) => {
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

  test('a row is read correctly under any name that the wire may have', () => {
    const wire = JSON.parse('{"__proto__": "a", "\\"]; throw 1; //": "b", "con-structor": "c", "\u2028": "d"}');
    const names = { a: '__proto__', b: '"]; throw 1; //', c: 'con-structor', d: '\u2028' };
    const { row } = read(rowDecoder(names, { a: text, b: text, c: text, d: text }), wire);
    expect([row.a, row.b, row.c, row.d]).toEqual(['a', 'b', 'c', 'd']);
  });
});
