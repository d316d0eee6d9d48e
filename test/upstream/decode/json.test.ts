import { expect, test } from 'vitest';
import { UpstreamBadResponse } from '../../../src/errors.ts';
import { parseJson } from '../../../src/upstream/decode/json.ts';

const parse = (text: string) => parseJson(Buffer.from(text));

test.each(['9007199254740993', '-9007199254740993', '123456789012345678901234567890'])(
  'the integer %s is parsed exactly',
  (digits) => {
    expect(parse(`{"bytes":${digits}}`)).toEqual({ bytes: BigInt(digits) });
    expect(parse(`[1, ${digits}]`)).toEqual([1, BigInt(digits)]);
  },
);

test('numbers that a double holds stay numbers, and digits in text stay text', () => {
  expect(parse('{"a":9007199254740991,"b":1.5e300,"c":"9007199254740993"}')).toEqual({
    a: 9007199254740991,
    b: 1.5e300,
    c: '9007199254740993',
  });
});

test('an integer is parsed exactly at any position, after any text', () => {
  const digits = '9007199254740993';
  const [big, key] = [BigInt(digits), (pad: number) => 'x'.repeat(pad)];
  for (let pad = 0; pad < 40; pad += 1) {
    expect(parse(`{"${key(pad)}":${digits}}`)).toEqual({ [key(pad)]: big });
    expect(parse(`["${key(pad)}",-${digits},${digits}\n,\t${digits} ]`)).toEqual([key(pad), -big, big, big]);
    expect(parse(`["${key(pad)}${digits}${digits}",${digits}]`)).toEqual([key(pad) + digits + digits, big]);
    expect(parse(`["${key(pad)}",0.${digits},1,${digits}]`)).toEqual([key(pad), 0.9007199254740993, 1, big]);
    expect(parse(`["é${key(pad)}",${digits}]`)).toEqual([`é${key(pad)}`, big]);
  }
});

test('a key named __proto__ is parsed as data', () => {
  const parsed = parse('{"__proto__":{"polluted":true}, "n":9007199254740993}');
  expect(Object.keys(parsed as object)).toEqual(['__proto__', 'n']);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('the error of invalid JSON names its length and hash, and not its text', () => {
  const error = getError(() => parse('{"email":"canary@example.com"'));
  expect(error).toBeInstanceOf(UpstreamBadResponse);
  expect(String(error.cause)).toMatch(/29 bytes, sha256 [0-9a-f]{16}/);
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
