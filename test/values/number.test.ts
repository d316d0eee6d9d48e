// Which values are numbers, by what the number means: a count, a number of bytes, or a measure. Text and JSON numbers follow
// one rule.
import { describe, expect, test } from 'vitest';
import { parseByteCount, parseCount, parseMeasure } from '../../src/values/number.ts';

const no = undefined;
const largest = '9'.repeat(64);

describe('text is a number if JSON would accept it as one', () => {
  test.each<[text: string, count: number | undefined, bytes: number | bigint | undefined, measure: number | undefined]>(
    [
      ['0', 0, 0, 0],
      ['7', 7, 7, 7],
      ['-0', 0, 0, 0],
      ['-0.0e5', 0, 0, 0],
      ['1.0', 1, 1, 1],
      ['1e3', 1000, 1000, 1000],
      ['1E+3', 1000, 1000, 1000],
      ['12.50e1', 125, 125, 125],
      ['1500e-2', 15, 15, 15],
      ['0e99999', 0, 0, 0],
      ['1.5', no, no, 1.5],
      ['15e-1', no, no, 1.5],
      ['0.1', no, no, 0.1],
      ['-1', no, no, no],
      ['-1.5', no, no, no],
      ['2147483647', 2147483647, 2147483647, 2147483647],
      ['2147483648', no, 2147483648, 2147483648],
      ['9007199254740991', no, 9007199254740991, 9007199254740991],
      ['9007199254740992', no, 9007199254740992n, no],
      ['9007199254740993', no, 9007199254740993n, no],
      ['9007199254740993.0', no, 9007199254740993n, no],
      ['9.007199254740993e15', no, 9007199254740993n, no],
      ['9007199254740993.5', no, no, no],
      ['18446744073709551615', no, 18446744073709551615n, no],
      ['1e20', no, 100000000000000000000n, no],
      ['1.2345678901234567890123e22', no, 12345678901234567890123n, no],
      [largest, no, BigInt(largest), no],
      [`${largest}9`, no, no, no],
      ['1e400', no, no, no],
      ['1e999999999999999999', no, no, no],
      ['1e-999999999999999999', no, no, 0],
      ...['+5', ' 7 ', '7 ', '\t7', '7\n', '007', '0x10', '0b1', '0o7', '1_000', '1,000', '2,6', '1 000'].map(none),
      ...['.5', '5.', '1e', '1e+', 'e3', '--1', '-', '', ' ', 'NaN', 'Infinity', '-Infinity', 'null', 'true'].map(none),
      ...['١٢', '１２', '²', '½', '1n', '10%', '3h', '12345678-', '1.2.3', '1e1.5', '[1]'].map(none),
    ],
  )('%j', (text, count, bytes, measure) => {
    expect([parseCount(text), parseByteCount(text), parseMeasure(text)]).toEqual([count, bytes, measure]);
  });

  function none(text: string): [string, undefined, undefined, undefined] {
    return [text, no, no, no];
  }
});

test.each<[value: unknown, count: number | undefined, bytes: number | bigint | undefined, measure: number | undefined]>(
  [
    [0, 0, 0, 0],
    [-0, 0, 0, 0],
    [7, 7, 7, 7],
    [1.5, no, no, 1.5],
    [-1, no, no, no],
    [-0.5, no, no, no],
    [2 ** 31, no, 2 ** 31, 2 ** 31],
    [2 ** 53 - 1, no, 2 ** 53 - 1, 2 ** 53 - 1],
    [2 ** 53, no, no, no],
    [1e300, no, no, no],
    [9007199254740993n, no, 9007199254740993n, no],
    [-1n, no, no, no],
    [BigInt(largest) + 1n, no, no, no],
    [Number.NaN, no, no, no],
    [Number.POSITIVE_INFINITY, no, no, no],
    [true, no, no, no],
    [[], no, no, no],
    [[7], no, no, no],
    [{}, no, no, no],
    [null, no, no, no],
  ],
)('a value of parsed JSON follows the same rule: %s', (value, count, bytes, measure) => {
  expect([parseCount(value), parseByteCount(value), parseMeasure(value)]).toEqual([count, bytes, measure]);
});
