import { expect, test } from 'vitest';
import { Secret } from '../../src/crypto/secret.ts';
import { stableHash } from '../../src/crypto/stable-hash.ts';

test.each<[string, unknown, unknown]>([
  ['the order of properties', { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }],
  ['a property that is undefined', { a: 1 }, { a: 1, b: undefined }],
  ['the prototype of an object', { a: 1 }, Object.assign(Object.create(null), { a: 1 })],
  ['the identity of a secret', { p: new Secret('one') }, { p: new Secret('one') }],
  ['the order of a map', new Map(Object.entries({ a: 1, b: 2 })), new Map(Object.entries({ b: 2, a: 1 }))],
])('%s does not change the hash', (_, one, other) => {
  expect(stableHash(one)).toBe(stableHash(other));
});

const different: [string, unknown, unknown][] = [
  ['a secret', { password: new Secret('one') }, { password: new Secret('two') }],
  ['a secret and its printed form', new Secret('one'), '[secret]'],
  ['a secret and its text', new Secret('one'), 'one'],
  ['a value', { a: 1 }, { a: 2 }],
  ['a name', { a: 1 }, { b: 1 }],
  ['null and an absent property', { a: null }, {}],
  ['a number and its text', 1, '1'],
  ['numbers beyond 2^53', 9007199254740993n, 9007199254740992n],
  ['the order of a list', [1, 2], [2, 1]],
  ['the depth of a list', [[1], 2], [[1, 2]]],
  ['an empty list and an empty object', [], {}],
  ['text that looks like the end of a property', { a: 'x","b":"y' }, { a: 'x', b: 'y' }],
  ['a property named __proto__', JSON.parse('{"__proto__":{"a":1}}'), {}],
  ['lone surrogates, which UTF-8 does not distinguish', '\ud800', '\ud801'],
  ['instants', new Date(0), new Date(1)],
  ['an entry of a map', new Map([['a', true]]), new Map([['a', false]])],
];

test.each(different)('a difference in %s changes the hash', (_, one, other) => {
  expect(stableHash(one)).not.toBe(stableHash(other));
});

test('an object whose content is not in its properties cannot be hashed', () => {
  expect(() => stableHash({ file: new Set([1]) })).toThrow(TypeError);
});
