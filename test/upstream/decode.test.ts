import { expect, test } from 'vitest';
import { z } from 'zod';
import { UpstreamBadResponse } from '../../src/errors.ts';
import { decode } from '../../src/upstream/decode.ts';
import * as field from '../../src/upstream/fields.ts';

const rows = z.object({ rows: z.array(z.object({ cid: field.id, age: field.integer, born: field.date })) });

function decodeNoting(schema: z.ZodType, body: unknown) {
  const undecodable: string[] = [];
  return { value: decode(schema, body, (name) => undecodable.push(name)), undecodable };
}

test('what fits is decoded, and unknown fields are ignored', () => {
  const { value, undecodable } = decodeNoting(rows, {
    rows: [{ cid: 'a', age: '44', born: '1980-02-29', more: 1 }],
    and: 2,
  });
  expect(value).toEqual({ rows: [{ cid: 'a', age: 44, born: '1980-02-29' }] });
  expect(undecodable).toEqual([]);
});

test('each value that does not fit becomes null and is reported by its path; its neighbours stand', () => {
  const { value, undecodable } = decodeNoting(rows, {
    rows: [
      { cid: 'a', age: 'many', born: '1981-02-29' },
      { cid: 'b', age: { __proto__: 1 }, born: null },
      { cid: 'c', age: 30 },
    ],
  });
  expect(value).toEqual({
    rows: [
      { cid: 'a', age: null, born: null },
      { cid: 'b', age: null, born: null },
      { cid: 'c', age: 30 },
    ],
  });
  expect(undecodable).toEqual(['rows.age', 'rows.born', 'rows.age']);
});

test.each([{ rows: [{ cid: '../x' }] }, { rows: [{}] }, { rows: [null] }, { rows: 'none' }, {}, null, [], 'text'])(
  'without what must be there, %j is a bad response',
  (body) => expect(() => decodeNoting(rows, body)).toThrow(UpstreamBadResponse),
);

test.each([
  [field.text, '', null],
  [field.text, ' x ', ' x '],
  [field.instant, '2022-07-21T18:41:09Z', '2022-07-21T18:41:09.000Z'],
  [field.instant, '2022-07-08T13:15:43.885Z', '2022-07-08T13:15:43.885Z'],
  [field.instant, '2022-07-08 08:08:44 +0000', '2022-07-08T08:08:44.000Z'],
  [field.localTime, '2022-07-21T11:41:09Z', '2022-07-21T11:41:09'],
  [field.countryCode, 'gb', 'GB'],
  [field.countryCode, 'IT', 'IT'],
  [field.languageCode, 'EN', 'en'],
  [field.gender, 'M', 'male'],
  [field.gender, 'female', 'female'],
  [field.gender, 'O', 'other'],
  [field.phoneNumber, '+14155552671', '+14155552671'],
  [field.phoneNumber, '14155552671', '+14155552671'],
  [field.byteCount, 9007199254740993n, 9007199254740993n],
  [field.integer, '', null],
])('a value is normalized once, at the edge', (schema, wire, model) => {
  expect(schema.parse(wire)).toBe(model);
});

test.each([
  [field.instant, 'yesterday'],
  [field.instant, '2022-13-41T00:00:00Z'],
  [field.instant, 5],
  [field.date, '2022-02-30'],
  [field.countryCode, 'ITA'],
  [field.gender, 'constructor'],
  [field.phoneNumber, '0039 12'],
  [field.emailAddress, 'nobody'],
  [field.byteCount, -1],
  [field.byteCount, 1.5],
  [field.integer, 2 ** 31],
  [field.integer, 'many'],
  [field.flag, 'true'],
  [field.jsonObject, ['a']],
])('a value that is not in the contract is refused', (schema, wire) => {
  expect(schema.safeParse(wire).success).toBe(false);
});

test('a JSON object keeps its prototype keys as data', () => {
  const custom = JSON.parse('{"__proto__":{"polluted":1},"constructor":"x"}');
  expect(JSON.stringify(field.jsonObject.parse(custom))).toBe('{"__proto__":{"polluted":1},"constructor":"x"}');
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});
