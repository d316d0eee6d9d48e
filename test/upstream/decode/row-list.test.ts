import { expect, test } from 'vitest';
import { undecodable } from '../../../src/upstream/decode/fields.ts';
import { listOf } from '../../../src/upstream/decode/row.ts';
import { recordPaths } from '../../support/reporter.ts';
import { describeRows, read } from './support/rows.ts';

describeRows((person) => {
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
});
