import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringifyInTurns } from '../../src/plugins/response-text.ts';

const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): object };

/** A value that is large enough to be divided at each level. */
const long = 'x'.repeat(70_000);

test('a value that is serialized in several turns has the same text as JSON.stringify makes of it', async () => {
  const leaf = fc.oneof(fc.jsonValue(), fc.constant(undefined), fc.constant(rawJSON('12345678901234567890')));
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('any')), fc.dictionary(fc.string(), tie('any'))),
  })).any;
  await fc.assert(
    fc.asyncProperty(value, value, async (one, other) => {
      const large = { one, list: [long, other, { long, one }, []], 'a"key': { nested: [[long, one]] }, last: other };
      expect(await stringifyInTurns(large, 10_000_000, '')).toBe(JSON.stringify(large));
    }),
    { numRuns: 200 },
  );
});

test.each([
  ['as long as allowed', 0, 1],
  ['one byte longer than allowed', 1, 0],
])('a value whose text is %s in UTF-8', async (_, less, found) => {
  const value = { rows: Array.from({ length: 500 }, (_row, index) => ({ index, text: 'é'.repeat(500) })) };
  const text = JSON.stringify(value);
  const result = await stringifyInTurns(value, Buffer.byteLength(text) - less, '');
  expect(result).toBe(found === 1 ? text : undefined);
});

test('other work is done between the parts of a large value', async () => {
  const rows = Array.from({ length: 100 }, () => long);
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await stringifyInTurns(rows, 100_000_000, '');
  isOver = true;
  expect(turns).toBeGreaterThan(20);
});
