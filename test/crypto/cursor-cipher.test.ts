import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAead } from '../../src/crypto/aead.ts';
import { createCursorCipher } from '../../src/crypto/cursor-cipher.ts';
import { CursorInvalid } from '../../src/errors.ts';

const bytes = createAead([randomBytes(32)], 'scroll-session');
const seal = createCursorCipher(bytes);
const position = { sid: 'DXF1ZXJ5QW5k+/==', size: 20, rank: 40 };

test('a sealed position opens to what it was, for the query it was sealed for', () => {
  expect(seal.decrypt(seal.encrypt(position, 'query'), 'query')).toEqual(position);
});

test('the same position never looks the same twice, and can be sent in a URL', () => {
  const cursors = Array.from({ length: 100 }, () => seal.encrypt(position, 'query'));
  expect(new Set(cursors.map((cursor) => cursor.slice(0, 16))).size).toBe(100);
  for (const cursor of cursors) expect(cursor).toMatch(/^[\w-]+$/);
});

test('another query or another key does not open it', () => {
  const cursor = seal.encrypt(position, 'query');
  expect(() => seal.decrypt(cursor, 'query2')).toThrow(CursorInvalid);
  expect(() => seal.decrypt(cursor, '')).toThrow(CursorInvalid);
  expect(() => createCursorCipher(createAead([randomBytes(32)], 'cursor')).decrypt(cursor, 'query')).toThrow(
    CursorInvalid,
  );
});

test('no byte of it can be changed, added or left out', () => {
  const bytes = Buffer.from(seal.encrypt(position, 'query'), 'base64url');
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
    const shorter = bytes.subarray(0, index);
    const longer = Buffer.concat([bytes.subarray(0, index), Buffer.of(0), bytes.subarray(index)]);
    for (const forged of [changed, shorter, longer])
      expect(() => seal.decrypt(forged.toString('base64url'), 'query')).toThrow(CursorInvalid);
  }
});

test.each(['query', 'cursor:1:other', 'walk:query walk'])('what was sealed for %j is no cursor', (boundTo) => {
  const sealed = bytes.encrypt(Buffer.from(JSON.stringify(position)), boundTo);
  const forged = Buffer.concat([Buffer.of(1), sealed]).toString('base64url');
  expect(() => seal.decrypt(forged, 'query')).toThrow(CursorInvalid);
});

test('what is in a cursor opens as a cursor only', () => {
  const sealed = Buffer.from(seal.encrypt(position, 'query'), 'base64url').subarray(1);
  expect(bytes.decrypt(sealed, 'query')).toBeUndefined();
});

test('a cursor is spelled in one way only', () => {
  const cursor = seal.encrypt(position, 'query');
  const spelled = [`${cursor}=`, ` ${cursor}`, `${cursor}!`, `${cursor.slice(0, 8)}\n${cursor.slice(8)}`];
  for (const other of spelled) expect(() => seal.decrypt(other, 'query')).toThrow(CursorInvalid);
});

test.each(['', 'x', '\u0000', 'ü'.repeat(40), 'A'.repeat(100_000)])('%j is no cursor', (cursor) => {
  expect(() => seal.decrypt(cursor, 'query')).toThrow(CursorInvalid);
});
