import { expect, test } from 'vitest';
import { UpstreamBadResponse } from '../../../src/errors.ts';
import { describeError } from '../../../src/log.ts';
import { count, date, id, text } from '../../../src/upstream/decode/fields.ts';
import { createResponseReader } from '../../../src/upstream/decode/response.ts';
import { listOf, rowDecoder } from '../../../src/upstream/decode/row.ts';
import { recordPaths } from '../../support/reporter.ts';

const rows = listOf(
  rowDecoder({ cid: 'cid', age: 'years', born: 'born' }, { cid: id, age: count, born: date }, ['cid']),
);

function answerOf(body: unknown) {
  const { paths, ...reporter } = recordPaths();
  return { ...createResponseReader(body, reporter), paths };
}

/** Returns the UpstreamBadResponse that a function throws. */
function refusalOf(act: () => unknown): UpstreamBadResponse {
  try {
    act();
  } catch (error) {
    if (error instanceof UpstreamBadResponse) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('fields of a response are decoded, and unknown fields are ignored', () => {
  const { required, optional, paths } = answerOf({ list: [{ cid: 'a', years: '44' }], sid: 's', and: 2 });
  expect(required('list', rows).map(({ cid, age }) => [cid, age])).toEqual([['a', 44]]);
  expect([optional('sid', text), optional('total', count)]).toEqual(['s', undefined]);
  expect(paths).toEqual([]);
});

test('an optional field that cannot be decoded is undefined and reported', () => {
  const { optional, paths } = answerOf({ sid: 5, total: null });
  expect([optional('sid', text), optional('total', count)]).toEqual([undefined, undefined]);
  expect(paths).toEqual(['sid']);
});

test('a field of a row that cannot be decoded is reported with its whole path when it is read', () => {
  const { required, paths } = answerOf({
    list: [
      { cid: 'a', years: 'many' },
      { cid: 'b', years: 7, born: 'x' },
    ],
  });
  const ages = required('list', rows);
  expect(paths).toEqual([]);
  expect(ages.map(({ age }) => age)).toEqual([null, 7]);
  expect(paths).toEqual(['list.years']);
});

test.each([
  [{ list: [{ cid: '../x' }] }, 'list.cid, list'],
  [{ list: [null] }, 'list, list'],
  [{ list: 'none' }, 'list'],
  [{ list: null }, 'list'],
  [{}, 'list'],
  [null, 'list'],
  [undefined, 'list'],
  [[], 'list'],
  ['text', 'list'],
])(
  'a response of %j without its required field is an UpstreamBadResponse, whose cause names the paths',
  (body, named) => {
    const { required, paths } = answerOf(body);
    const error = refusalOf(() => required('list', rows));
    expect(describeError(error)).toMatchObject({ cause: { detail: `not decodable: ${named}` } });
    expect(paths.join(', ')).toBe(named);
  },
);

test('the cause of an UpstreamBadResponse names at most five paths, and no values', () => {
  const { required, optional } = answerOf({ a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, list: 'canary' });
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) optional(name, text);
  const error = refusalOf(() => required('list', rows));
  expect(describeError(error)).toMatchObject({ cause: { detail: 'not decodable: a, b, c, d, e' } });
  expect(`${error.message}${error.cause}`).not.toContain('canary');
});

test('a response can be read without a reporter', () => {
  const { required, optional } = createResponseReader({ sid: 5 });
  expect(optional('sid', text)).toBeUndefined();
  expect(() => required('list', rows)).toThrow(UpstreamBadResponse);
});
