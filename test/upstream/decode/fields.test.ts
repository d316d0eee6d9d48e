import { expect, test } from 'vitest';
import * as field from '../../../src/upstream/decode/fields.ts';
import { recordPaths } from '../../support/reporter.ts';

const { undecodable } = field;
const signup = field.oneOf(['app', 'kiosk']);

/** Returns the decoded value, and checks that nothing was reported. */
function read<T>(of: field.FieldDecoder<T>, value: unknown): T | typeof undecodable {
  const reporter = recordPaths();
  const decoded = of(value, reporter, 'value');
  expect(reporter.paths).toEqual([]);
  return decoded;
}

test.each([
  [field.id, 'A-z_09', 'A-z_09'],
  [field.nonEmptyText, ' x ', ' x '],
  [field.text, '', null],
  [field.text, ' x ', ' x '],
  [field.countryCode, 'gb', 'GB'],
  [field.countryCode, 'IT', 'IT'],
  [field.countryCode, 'uk', 'GB'],
  [field.countryCode, 'EL', 'GR'],
  [field.languageCode, 'EN', 'en'],
  [field.languageCode, 'en-GB', 'en'],
  [field.languageCode, 'zh_Hant_TW', 'zh'],
  [field.gender, 'M', 'male'],
  [field.gender, 'female', 'female'],
  [field.gender, 'O', 'other'],
  [field.emailAddress, 'ada@example.com', 'ada@example.com'],
  [field.phoneNumber, '+14155552671', '+14155552671'],
  [field.phoneNumber, '14155552671', '+14155552671'],
  [field.flag, false, false],
  [field.optionalId, 'A-z_09', 'A-z_09'],
  [field.optionalId, '', null],
  [signup, 'kiosk', 'kiosk'],
  [signup, 'KIOSK', 'kiosk'],
  [signup, '', null],
])('a value of the wire is normalized when it is decoded', (of: field.FieldDecoder<unknown>, wire, model) => {
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
  [field.countryCode, 'XX'],
  [field.languageCode, 'e'],
  [field.languageCode, 'english'],
  [field.languageCode, 'en-'],
  [field.gender, 'constructor'],
  [field.phoneNumber, '0039 12'],
  [field.phoneNumber, '+039123456'],
  [field.emailAddress, 'absent'],
  [field.optionalId, 'a b'],
  [field.optionalId, 5],
  [field.flag, 'true'],
  [field.flag, 0],
  [signup, 'constructor'],
  [field.jsonObject, ['a']],
  [field.jsonObject, 'a'],
  [field.jsonObject, { deep: JSON.parse('['.repeat(32) + ']'.repeat(32)) }],
  [field.jsonObject, JSON.parse('{"a":1e400}')],
])('a value that the wire contract does not allow cannot be decoded', (of: field.FieldDecoder<unknown>, wire) => {
  expect(read(of, wire)).toBe(undecodable);
});

const { anyText, id, nonEmptyText, optional, oneOf, undecodable: _, ...optionals } = field;
test.each(Object.entries(optionals))(
  'an optional field of type %s is undefined when it is absent and null when it is null',
  (_name, of) => {
    expect([read<unknown>(of, undefined), read<unknown>(of, null)]).toEqual([undefined, null]);
  },
);

test('a decoder that is made optional accepts absent and null, and decodes other values as before', () => {
  const optionalId = optional(id);
  expect([undefined, null, 'a', '../x'].map((value) => read(optionalId, value))).toEqual([
    undefined,
    null,
    'a',
    undecodable,
  ]);
});

test('a JSON object keeps its prototype keys as data', () => {
  const custom = JSON.parse('{"__proto__":{"polluted":1},"constructor":"x"}');
  expect(read(field.jsonObject, custom)).toBe(custom);
  expect(JSON.stringify(read(field.jsonObject, custom))).toBe('{"__proto__":{"polluted":1},"constructor":"x"}');
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});
