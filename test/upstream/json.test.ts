import { expect, test } from 'vitest';
import { UpstreamBadResponse } from '../../src/errors.ts';
import { parseJson } from '../../src/upstream/json.ts';

test.each(['9007199254740993', '-9007199254740993', '123456789012345678901234567890'])(
  'the integer %s is exact',
  (digits) => {
    expect(parseJson(`{"bytes":${digits}}`)).toEqual({ bytes: BigInt(digits) });
    expect(parseJson(`[1, ${digits}]`)).toEqual([1, BigInt(digits)]);
  },
);

test('numbers that a double holds stay numbers, and digits in text stay text', () => {
  expect(parseJson('{"a":9007199254740991,"b":1.5e300,"c":"9007199254740993"}')).toEqual({
    a: 9007199254740991,
    b: 1.5e300,
    c: '9007199254740993',
  });
});

test('a key named __proto__ is data', () => {
  const parsed = parseJson('{"__proto__":{"polluted":true}, "n":9007199254740993}');
  expect(Object.keys(parsed as object)).toEqual(['__proto__', 'n']);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('invalid JSON tells its length and hash, and not its text', () => {
  const error = getError(() => parseJson('{"email":"canary@example.com"'));
  expect(error).toBeInstanceOf(UpstreamBadResponse);
  expect(String(error.cause)).toMatch(/29 characters, sha256 [0-9a-f]{16}/);
  expect(`${error.message}${error.cause}`).not.toContain('canary');
});

function getError(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}
