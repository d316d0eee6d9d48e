import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { createLog } from '../../../src/log.ts';
import { count, id, nonEmptyText, optional } from '../../../src/upstream/decode/fields.ts';
import { rowDecoder, toWireObject } from '../../../src/upstream/decode/row.ts';
import { describeRows, read } from './support/rows.ts';

describeRows((person) => {
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
});
