import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAead } from '../../src/crypto/aead.ts';
import { createCursorCipher } from '../../src/crypto/cursor-cipher.ts';
import { CursorInvalid } from '../../src/errors.ts';

const bytes = createAead([randomBytes(32)], 'scroll-session');
const cipher = createCursorCipher(bytes);
const position = { sid: 'DXF1ZXJ5QW5k+/==', size: 20, rank: 40 };

test('an encrypted position is decrypted unchanged for the same query', () => {
  expect(cipher.decrypt(cipher.encrypt(position, 'query'), 'query')).toEqual(position);
});

test('cursors of the same position all differ, and contain only characters that are safe in a URL', () => {
  const cursors = Array.from({ length: 100 }, () => cipher.encrypt(position, 'query'));
  expect(new Set(cursors.map((cursor) => cursor.slice(0, 16))).size).toBe(100);
  for (const cursor of cursors) expect(cursor).toMatch(/^[\w-]+$/);
});

test('a cursor cannot be decrypted for another query or with another key', () => {
  const cursor = cipher.encrypt(position, 'query');
  expect(() => cipher.decrypt(cursor, 'query2')).toThrow(CursorInvalid);
  expect(() => cipher.decrypt(cursor, '')).toThrow(CursorInvalid);
  expect(() => createCursorCipher(createAead([randomBytes(32)], 'cursor')).decrypt(cursor, 'query')).toThrow(
    CursorInvalid,
  );
});

test('a cursor with a changed, added or removed byte cannot be decrypted', () => {
  const bytes = Buffer.from(cipher.encrypt(position, 'query'), 'base64url');
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
    const shorter = bytes.subarray(0, index);
    const longer = Buffer.concat([bytes.subarray(0, index), Buffer.of(0), bytes.subarray(index)]);
    for (const forged of [changed, shorter, longer])
      expect(() => cipher.decrypt(forged.toString('base64url'), 'query')).toThrow(CursorInvalid);
  }
});

test.each(['query', 'cursor:1:other', 'walk:query walk'])(
  'bytes that were encrypted for the purpose %j are not a cursor',
  (boundTo) => {
    const encrypted = bytes.encrypt(Buffer.from(JSON.stringify(position)), boundTo);
    const forged = Buffer.concat([Buffer.of(1), encrypted]).toString('base64url');
    expect(() => cipher.decrypt(forged, 'query')).toThrow(CursorInvalid);
  },
);

test('the encrypted bytes of a cursor cannot be decrypted for another purpose', () => {
  const encrypted = Buffer.from(cipher.encrypt(position, 'query'), 'base64url').subarray(1);
  expect(bytes.decrypt(encrypted, 'query')).toBeUndefined();
});

test('a cursor with added characters is not accepted', () => {
  const cursor = cipher.encrypt(position, 'query');
  const spelled = [`${cursor}=`, ` ${cursor}`, `${cursor}!`, `${cursor.slice(0, 8)}\n${cursor.slice(8)}`];
  for (const other of spelled) expect(() => cipher.decrypt(other, 'query')).toThrow(CursorInvalid);
});

test.each(['', 'x', '\u0000', 'ü'.repeat(40), 'A'.repeat(100_000)])('the text %j is not a cursor', (cursor) => {
  expect(() => cipher.decrypt(cursor, 'query')).toThrow(CursorInvalid);
});
