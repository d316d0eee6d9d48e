import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAead } from '../../src/crypto/aead.ts';
import { createCursorCipher } from '../../src/crypto/cursor-cipher.ts';
import { askPage } from './support/page.ts';
import { ask, begin, byCreation, expectedOf, rowsOf } from './support/single-list.ts';
import { type Stack, startStack } from './support/stack.ts';

const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
let stack: Stack;
let cursors: readonly string[];
const list = byCreation();

beforeAll(async () => {
  const ciphers = [
    createCursorCipher(createAead([oldKey], 'cursor')),
    createCursorCipher(createAead([newKey, oldKey], 'cursor')),
    createCursorCipher(createAead([newKey], 'cursor')),
  ];
  stack = await startStack({ replicas: 3, ciphers });
  await begin(stack, rowsOf(50, 5));
  ({ cursors } = await ask(stack, list, { first: 10 }));
});
afterAll(() => stack.close());

const at = (index: number) => {
  const replica = stack.replicas[index];
  if (replica === undefined) throw new Error('no such replica');
  return replica;
};
const cursor = () => cursors.at(-1) ?? '';

describe('a cursor is valid only unchanged and for its own query', () => {
  test('a cursor that was changed, cut or extended is CURSOR_INVALID, before any call', async () => {
    stack.emulator.control.clearLog();
    const bytes = Buffer.from(cursor(), 'base64url');
    const changed = [0, 1, 12, 13, 40, bytes.length - 17, bytes.length - 1].map((index) => {
      const copy = Buffer.from(bytes);
      copy[index] = (copy[index] ?? 0) ^ 1;
      return copy;
    });
    const cut = [0, 1, 2, 13, 28, 29, bytes.length - 1].map((length) => bytes.subarray(0, length));
    const longer = Buffer.concat([bytes, Buffer.of(0)]);
    const versions = [0, 2, 255].map((version) => Buffer.concat([Buffer.of(version), bytes.subarray(1)]));
    const spelled = [...changed, ...cut, longer, ...versions].map((each) => each.toString('base64url'));
    for (const text of [...spelled, `${cursor()}=`, ` ${cursor()}`, `${cursor()}!`, 'x', 'null', '{}', 'YQ', '☃']) {
      expect((await askPage(at(0), list, { first: 5, after: text })).code, text).toBe('CURSOR_INVALID');
      expect((await askPage(at(0), list, { last: 5, before: text })).code, text).toBe('CURSOR_INVALID');
    }
    expect(stack.listCalls()).toBe(0);
  });

  test.each([
    { filter: { hasEmail: true } },
    { filter: { createdFrom: '2026-01-01T00:00:00Z' } },
    { orderBy: null },
    { orderBy: { field: 'CREATED_ABSOLUTE', direction: 'DESC' as const } },
    { orderBy: { field: 'CREATED', direction: 'ASC' as const } },
  ])('a cursor of a query with other arguments is CURSOR_INVALID, before any call: %j', async (other) => {
    stack.emulator.control.clearLog();
    expect((await askPage(at(0), { ...list, ...other }, { first: 5, after: cursor() })).code).toBe('CURSOR_INVALID');
    expect(stack.listCalls()).toBe(0);
  });

  test('a cursor is decrypted with every configured key, and encrypted with the first', async () => {
    const expected = expectedOf(stack, list);
    const args = { first: 5, after: cursor() };
    expect((await askPage(at(1), list, args)).cids).toEqual(expected.slice(10, 15));
    expect((await askPage(at(2), list, args)).code).toBe('CURSOR_INVALID');
    const encryptedAgain = (await askPage(at(1), list, args)).cursors.at(-1);
    const next = { first: 5, after: encryptedAgain };
    expect((await askPage(at(2), list, next)).cids).toEqual(expected.slice(15, 20));
    expect((await askPage(at(0), list, next)).code).toBe('CURSOR_INVALID');
  });

  test('a cursor reveals nothing of its row or its scroll, and two cursors of the same row differ', async () => {
    const again = await ask(stack, list, { first: 10 });
    expect(again.cursors).not.toEqual(cursors);
    const [row] = stack.emulator.contacts();
    const secrets = [row?.cid, row?.created, row?.username, '2026-01', 'walk', 'rank', 'recent', 'DXF1ZXJ5', 'sid'];
    for (const text of [...cursors, ...again.cursors]) {
      const bytes = Buffer.from(text, 'base64url').toString('latin1');
      for (const secret of secrets) {
        expect(bytes).not.toContain(secret);
        // A short word is in the text of one cursor of some hundred by chance.
        if (typeof secret === 'string' && secret.length > 5) expect(text).not.toContain(secret);
      }
    }
  });
});

describe('invalid arguments of a connection are refused', () => {
  const none = { first: null, last: null };
  test.each([
    [{ first: 1, last: 1 }, /"first" or "last"/],
    [{ first: 1, before: 'a cursor' }, /"before" with "last"/],
    [{ last: 1, after: 'a cursor' }, /Use "after" with "first"/],
    [{ first: 1, after: 'a', before: 'b' }, /"before" with "last"/],
    [{ last: 1, after: 'a', before: 'b' }, /Use "after" with "first"/],
    [none, /"first": Use a whole number from 1 to 1000/],
    ...[0, -1, 1001, 2 ** 31 - 1].flatMap((size): [object, RegExp][] => [
      [{ first: size }, /"first": Use a whole number from 1 to 1000/],
      [{ last: size }, /"last": Use a whole number from 1 to 1000/],
    ]),
  ])(
    'the arguments %j are BAD_USER_INPUT with a message about what is allowed, before any call',
    async (args, message) => {
      stack.emulator.control.clearLog();
      const { errors } = await at(0).query(
        'query ($first: Int, $after: String, $last: Int, $before: String) { contacts(first: $first, after: $after, last: $last, before: $before) { totalCount } }',
        { ...args },
      );
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
      expect(errors[0]?.message).toMatch(message);
      expect(stack.listCalls()).toBe(0);
    },
  );
});
