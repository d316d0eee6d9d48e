import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createLog } from '../../../src/log.ts';
import {
  date,
  type FieldDecoder,
  id,
  integer,
  name,
  optional,
  text,
  undecodable,
} from '../../../src/upstream/decode/fields.ts';
import { listOf, nestedField, rowDecoder, toWireObject } from '../../../src/upstream/decode/row.ts';
import { takeNotes } from '../../support/reporter.ts';

/** A row beside what is reported of it from then on. */
function read<T extends object>(field: FieldDecoder<T>, value: unknown) {
  const { paths, ...reporter } = takeNotes();
  const given = field(value, reporter, 'rows');
  if (given === undecodable) throw new Error(`refused for ${paths.join(', ')}`);
  return { given, paths };
}

const person = rowDecoder({ cid: 'cid', age: 'years', born: 'born' }, { cid: id, age: integer, born: date }, ['cid']);

describe('a row of the wire', () => {
  test('is read by the names of the wire and answered by ours, also where two change places', () => {
    const swapped = rowDecoder({ a: 'b', b: 'a', c: 'x' }, { a: text, b: text, c: integer });
    const { given } = read(swapped, { a: 'of a', b: 'of b', x: '3', c: 4 });
    expect([given.a, given.b, given.c]).toEqual(['of b', 'of a', 3]);
  });

  test('keeps what is absent apart from what is null', () => {
    const { given, paths } = read(rowDecoder({ a: 'x', b: 'y' }, { a: text, b: text }), { x: null });
    expect([given.a, given.b]).toEqual([null, undefined]);
    expect(paths).toEqual([]);
  });

  test('knows what fits, and nothing of unknown fields', () => {
    const { given, paths } = read(person, { cid: 'a', years: '44', born: '1980-02-29', more: 1 });
    expect([given.cid, given.age, given.born]).toEqual(['a', 44, '1980-02-29']);
    expect('more' in given).toBe(false);
    expect(paths).toEqual([]);
  });

  test('has null for what does not fit, reported by the name of the wire; its neighbours stand', () => {
    const { given, paths } = read(person, { cid: 'a', years: { __proto__: 1 }, born: '1980-02-29' });
    expect([given.cid, given.age, given.born]).toEqual(['a', null, '1980-02-29']);
    expect(paths).toEqual(['rows.years']);
  });

  test('reports nothing of a field that is never read', () => {
    const { given, paths } = read(person, { cid: 'a', years: 'many', born: 'long ago' });
    expect(given.cid).toBe('a');
    expect(paths).toEqual([]);
    expect(given.born).toBeNull();
    expect(paths).toEqual(['rows.born']);
  });

  test('reports a field that is read twice once', () => {
    const { given, paths } = read(person, { cid: 'a', years: 'many' });
    expect([given.age, given.age, given.age]).toEqual([null, null, null]);
    expect(paths).toEqual(['rows.years']);
  });

  test.each([{ cid: '../x' }, { cid: null }, { cid: 5 }, {}])(
    'is refused without what is required, which is reported: %j',
    (value) => {
      const notes = takeNotes();
      expect(person(value, notes, 'rows')).toBe(undecodable);
      expect(notes.paths).toEqual(['rows.cid']);
    },
  );

  test.each([null, undefined, [], [{ cid: 'a' }], 'text', 5, true])('is an object, not %j', (value) => {
    const notes = takeNotes();
    expect(person(value, notes, 'rows')).toBe(undecodable);
    expect(notes.paths).toEqual([]);
  });

  test('within a row is reported by both names, also when it is read again', () => {
    const outer = rowDecoder({ inner: 'in' }, { inner: optional(person) });
    const { given, paths } = read(outer, { in: { cid: 'a', years: 'many' } });
    expect([given.inner?.age, given.inner?.age]).toEqual([null, null]);
    expect(paths).toEqual(['rows.in.years']);
  });

  test('within a row that is none is null, and reported', () => {
    const outer = rowDecoder({ inner: 'in' }, { inner: optional(person) });
    const { given, paths } = read(outer, { in: 'a' });
    expect([given.inner, given.inner]).toEqual([null, null]);
    expect(paths).toEqual(['rows.in']);
  });

  test('reads a value in an object of its own, with the same reports as a row there', () => {
    const flat = rowDecoder(
      { age: 'in', born: 'in' },
      { age: nestedField('years', integer), born: nestedField('born', date) },
    );
    const { given, paths } = read(flat, { in: { years: 'many', born: '1980-02-29' } });
    expect([given.age, given.age, given.born]).toEqual([null, null, '1980-02-29']);
    expect(paths).toEqual(['rows.in.years']);
  });

  test.each(['a', 5, true, []])('has no values in what is no object, which is reported once: %j', (value) => {
    const flat = rowDecoder(
      { age: 'in', born: 'in' },
      { age: nestedField('years', integer), born: nestedField('born', date) },
    );
    const { given, paths } = read(flat, { in: value });
    expect([given.age, given.born]).toEqual([null, null]);
    expect(paths).toEqual(['rows.in']);
  });

  test.each([{}, { in: null }, { in: {} }])('has no values where there is nothing, which is no fault: %j', (value) => {
    const flat = rowDecoder({ age: 'in' }, { age: nestedField('years', integer) });
    const { given, paths } = read(flat, value);
    expect(given.age ?? null).toBeNull();
    expect(paths).toEqual([]);
  });
});

describe('a list of rows', () => {
  test('reports each of its rows by the same path', () => {
    const { given, paths } = read(listOf(person), [
      { cid: 'a', years: 'many', born: '1981-02-29' },
      { cid: 'b', years: {}, born: null },
      { cid: 'c', years: 30 },
    ]);
    expect(given.map(({ cid, age, born }) => [cid, age, born])).toEqual([
      ['a', null, null],
      ['b', null, null],
      ['c', 30, undefined],
    ]);
    expect(paths).toEqual(['rows.years', 'rows.born', 'rows.years']);
  });

  test.each([[[{ cid: 'a' }, null]], [[{ cid: 'a' }, {}]], [{ cid: 'a' }], ['none'], [null], [undefined]])(
    'misses none: %j is refused',
    (value) => expect(listOf(person)(value, takeNotes(), 'rows')).toBe(undecodable),
  );
});

describe('what a row was read from', () => {
  test('is the object that came', () => {
    const wire = { cid: 'a', years: '44', more: 1 };
    expect(toWireObject(read(person, wire).given)).toBe(wire);
  });

  test('is not to be seen, by whatever shows an object', () => {
    const secret = rowDecoder({ cid: 'cid', name: 'name', more: 'more' }, { cid: id, name, more: optional(person) }, [
      'cid',
    ]);
    const wire = {
      cid: 'canary-1',
      name: 'canary-2',
      more: { cid: 'canary-3', years: 'canary-4' },
      unread: 'canary-5',
    };
    const { given } = read(secret, wire);
    expect([given.cid, given.name, given.more?.cid]).toEqual(['canary-1', 'canary-2', 'canary-3']);
    const logged: string[] = [];
    const log = createLog('info', { write: (line: string) => void logged.push(line) });
    log.info({ row: given, rows: [given] }, 'a row');
    log.info(given);
    const shown = [
      JSON.stringify([given]),
      inspect(given, { depth: 9, showHidden: true }),
      `${given}`,
      inspect(Object.entries(given)),
      inspect({ ...given }),
      ...logged,
    ];
    expect(logged).toHaveLength(2);
    expect(shown.join('\n')).not.toContain('canary');
    expect(JSON.stringify(given)).toBe('{}');
    expect(structuredClone(given)).toEqual({});
    expect(Reflect.ownKeys(given)).toEqual([]);
    expect(Object.assign({}, given)).toEqual({});
  });

  test('is not to be reached from the row, nor from its type', () => {
    const { given } = read(person, { cid: 'a', years: 44 });
    const prototype = Object.getPrototypeOf(given) as object;
    const names = Object.getOwnPropertyNames(prototype).sort();
    expect(names).toEqual(['age', 'born', 'cid', 'constructor', 'undecodable']);
    expect(() => Reflect.get(prototype, 'age')).toThrow(TypeError);
    expect(() => Reflect.get(prototype, 'age', {})).toThrow(TypeError);
    expect(() => Reflect.set(given, 'age', 5)).not.toThrow();
    expect(given.age).toBe(44);
  });

  test('is of its type only: types with the same fields share nothing', () => {
    const [one, other] = [0, 1].map(() => rowDecoder({ a: 'x' }, { a: integer }));
    if (one === undefined || other === undefined) throw new Error('no types');
    const [first, second] = [read(one, { x: 'many' }), read(other, { x: 2 })];
    expect(first.given.constructor).not.toBe(second.given.constructor);
    const getter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(first.given), 'a')?.get;
    expect(() => getter?.call(second.given)).toThrow(TypeError);
    expect([first.given.a, second.given.a, first.given.a]).toEqual([null, 2, null]);
    expect([first.paths, second.paths]).toEqual([['rows.x'], []]);
    expect(toWireObject(second.given)).toEqual({ x: 2 });
  });

  test.each([{ a: 1 }, [], new Map()])('is itself, of what is no row: %j', (value) => {
    expect(toWireObject(value)).toBe(value);
  });

  test('is read by any name that the wire may have', () => {
    const wire = JSON.parse('{"__proto__": "a", "\\"]; throw 1; //": "b", "con-structor": "c", "\u2028": "d"}');
    const names = { a: '__proto__', b: '"]; throw 1; //', c: 'con-structor', d: '\u2028' };
    const { given } = read(rowDecoder(names, { a: text, b: text, c: text, d: text }), wire);
    expect([given.a, given.b, given.c, given.d]).toEqual(['a', 'b', 'c', 'd']);
  });
});
