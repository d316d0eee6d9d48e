import { describe, expect, test } from 'vitest';
import * as field from '../../../src/upstream/decode/fields.ts';
import { recordPaths } from '../../support/reporter.ts';

const { undecodable } = field;
const signup = field.oneOf(['app', 'kiosk']);

/** What a field makes of a value, which is all there is to be told of it. */
function read<T>(of: field.FieldDecoder<T>, value: unknown): T | typeof undecodable {
  const notes = recordPaths();
  const given = of(value, notes, 'value');
  expect(notes.paths).toEqual([]);
  return given;
}

test.each([
  [field.id, 'A-z_09', 'A-z_09'],
  [field.nonEmptyText, ' x ', ' x '],
  [field.text, '', null],
  [field.text, ' x ', ' x '],
  [field.localTime, '2022-07-21T11:41:09Z', '2022-07-21T11:41:09'],
  [field.countryCode, 'gb', 'GB'],
  [field.countryCode, 'IT', 'IT'],
  [field.languageCode, 'EN', 'en'],
  [field.gender, 'M', 'male'],
  [field.gender, 'female', 'female'],
  [field.gender, 'O', 'other'],
  [field.emailAddress, 'ada@example.com', 'ada@example.com'],
  [field.phoneNumber, '+14155552671', '+14155552671'],
  [field.phoneNumber, '14155552671', '+14155552671'],
  [field.byteCount, 0, 0],
  [field.byteCount, 9007199254740991, 9007199254740991],
  [field.byteCount, 9007199254740993n, 9007199254740993n],
  [field.integer, '', null],
  [field.integer, '44', 44],
  [field.integer, -(2 ** 31), -(2 ** 31)],
  [field.decimal, 2.6, 2.6],
  [field.flag, false, false],
  [signup, 'kiosk', 'kiosk'],
  [signup, '', null],
])('a value is normalized once, at the edge', (of: field.FieldDecoder<unknown>, wire, model) => {
  expect(read(of, wire)).toBe(model);
});

test.each([
  [field.id, '../x'],
  [field.id, ''],
  [field.id, undefined],
  [field.id, 5],
  [field.nonEmptyText, ''],
  [field.nonEmptyText, null],
  [field.text, 5],
  [field.text, ['a']],
  [field.countryCode, 'ITA'],
  [field.languageCode, 'e'],
  [field.localTime, '2022-07-21'],
  [field.gender, 'constructor'],
  [field.phoneNumber, '0039 12'],
  [field.phoneNumber, '+039123456'],
  [field.emailAddress, 'nobody'],
  [field.byteCount, -1],
  [field.byteCount, -1n],
  [field.byteCount, 1.5],
  [field.byteCount, '1'],
  [field.integer, 2 ** 31],
  [field.integer, 1.5],
  [field.integer, 5n],
  [field.integer, 'many'],
  [field.integer, '-1'],
  [field.decimal, '2.6'],
  [field.decimal, 9007199254740993n],
  [field.decimal, JSON.parse('1e999')],
  [field.flag, 'true'],
  [field.flag, 0],
  [signup, 'constructor'],
  [field.jsonObject, ['a']],
  [field.jsonObject, 'a'],
])('a value that is not in the contract is refused', (of: field.FieldDecoder<unknown>, wire) => {
  expect(read(of, wire)).toBe(undecodable);
});

const { anyText, id, nonEmptyText, optional, oneOf, undecodable: _, ...optionals } = field;
test.each(Object.entries(optionals))('an optional %s keeps absent apart from null', (_name, of) => {
  expect([read<unknown>(of, undefined), read<unknown>(of, null)]).toEqual([undefined, null]);
});

test('what is made optional keeps absent apart from null, and is what it was', () => {
  const optionalId = optional(id);
  expect([undefined, null, 'a', '../x'].map((value) => read(optionalId, value))).toEqual([
    undefined,
    null,
    'a',
    undecodable,
  ]);
});

describe('an instant', () => {
  test.each([
    ['2022-07-21T18:41:09Z', '2022-07-21T18:41:09.000Z'],
    ['2022-07-08T13:15:43.885Z', '2022-07-08T13:15:43.885Z'],
    ['2022-07-08T13:15:43.5Z', '2022-07-08T13:15:43.500Z'],
    ['2022-07-08T13:15:43.123456Z', '2022-07-08T13:15:43.123Z'],
    ['2022-07-08 08:08:44 +0000', '2022-07-08T08:08:44.000Z'],
    ['2022-07-08T08:08:44+02:00', '2022-07-08T06:08:44.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T23:59:59Z', '2000-02-29T23:59:59.000Z'],
    ['2022-04-30T10:00:00Z', '2022-04-30T10:00:00.000Z'],
    ['2022-01-31T10:00:00Z', '2022-01-31T10:00:00.000Z'],
    ['2022-12-31T24:00:00Z', '2023-01-01T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ])('%s is in UTC, with milliseconds', (wire, model) => expect(read(field.instant, wire)).toBe(model));

  test.each([
    ['2023-02-29T00:00:00Z', '2023-03-01T00:00:00.000Z'],
    ['1900-02-29T00:00:00Z', '1900-03-01T00:00:00.000Z'],
    ['2022-02-30T00:00:00Z', '2022-03-02T00:00:00.000Z'],
    ['2022-04-31T00:00:00Z', '2022-05-01T00:00:00.000Z'],
  ])('%s, on a day too many, counts on into the next month', (wire, model) =>
    expect(read(field.instant, wire)).toBe(model),
  );

  test.each([
    ...['yesterday', '5', '2022-07-21', '2022-07-21T1', '2022-13-41T00:00:00Z', '2022-00-10T00:00:00Z'],
    ...['2022-01-00T00:00:00Z', '2022-01-32T00:00:00Z', '2022-01-01T24:00:01Z', '2022-01-01T25:00:00Z'],
    ...['2022-01-01T00:60:00Z', '2022-01-01T23:59:60Z', '22-01-01T00:00:00Z', '2022-01-01T00:00:00Z2', 5],
  ])('%j is none', (wire) => expect(read(field.instant, wire)).toBe(undecodable));

  test('is the same whichever way it is read, on every day and at every edge of one', () => {
    const times = ['00:00:00', '09:59:59', '19:00:00', '23:59:59', '24:00:00', '24:00:01', '23:60:00', '23:59:60'];
    const ends = ['Z', '.000Z', '.885Z', '.88Z', '.8851Z'];
    for (const wire of everyDay.flatMap((day) => times.flatMap((time) => ends.map((end) => `${day}T${time}${end}`)))) {
      const time = Date.parse(wire);
      const model = Number.isNaN(time) ? undecodable : new Date(time).toISOString();
      if (read(field.instant, wire) !== model) expect.fail(wire);
    }
  });
});

/** And many that do not exist. */
const everyDay = [1900, 2000, 2023, 2024].flatMap((year) =>
  Array.from({ length: 14 }, (_, month) =>
    Array.from({ length: 33 }, (_, day) => [year, month, day].map((part) => `${part}`.padStart(2, '0')).join('-')),
  ).flat(),
);

describe('a date', () => {
  test.each(['1980-02-29', '2000-02-29', '2022-02-28', '2022-04-30', '2022-12-31', '0001-01-01'])('%s exists', (wire) =>
    expect(read(field.date, wire)).toBe(wire),
  );

  test.each([
    ...['1981-02-29', '1900-02-29', '2022-02-30', '2022-04-31', '2022-01-32', '2022-01-00', '2022-13-01', '2022-00-01'],
    ...['2022-1-1', '22-01-01', '2022-01-01T00:00:00Z', '01/02/2022', 'x', 20220101],
  ])('%j does not', (wire) => expect(read(field.date, wire)).toBe(undecodable));

  test('exists when the calendar has it', () => {
    for (const wire of everyDay) {
      const time = Date.parse(wire);
      const exists = !Number.isNaN(time) && new Date(time).toISOString().startsWith(wire);
      expect(read(field.date, wire), wire).toBe(exists ? wire : undecodable);
    }
  });
});

test('a JSON object keeps its prototype keys as data', () => {
  const custom = JSON.parse('{"__proto__":{"polluted":1},"constructor":"x"}');
  expect(read(field.jsonObject, custom)).toBe(custom);
  expect(JSON.stringify(read(field.jsonObject, custom))).toBe('{"__proto__":{"polluted":1},"constructor":"x"}');
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});
