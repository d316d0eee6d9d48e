import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAead } from '../../src/crypto/aead.ts';

const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
const { encrypt, decrypt } = createAead([oldKey], 'scroll-session');
const bytes = Buffer.from('the same over and over again');

test.each([bytes, Buffer.of(), randomBytes(100_000), Buffer.of(0xff, 0, 0x80)])(
  'encrypted bytes are decrypted unchanged with the same binding',
  (some) => {
    for (const boundTo of ['here', '', 'ü']) expect(decrypt(encrypt(some, boundTo), boundTo)).toEqual(some);
  },
);

test('encrypting the same bytes twice gives different results, which do not contain them', () => {
  const encrypted = Array.from({ length: 100 }, () => encrypt(bytes, 'here'));
  for (const part of [
    (each: Buffer) => each.subarray(0, 12), // A nonce that is used twice would reveal the key.
    (each: Buffer) => each.subarray(12, -16),
    (each: Buffer) => each.subarray(-16),
  ]) {
    expect(new Set(encrypted.map((each) => part(each).toString('hex'))).size).toBe(100);
  }
  for (const each of encrypted) expect(each.includes('same')).toBe(false);
});

test('encrypted bytes cannot be decrypted with another binding', () => {
  const encrypted = encrypt(bytes, 'here');
  for (const there of ['', 'her', 'here ', 'Here', 'heré']) expect(decrypt(encrypted, there)).toBeUndefined();
});

test('encrypted bytes that were changed, extended or cut cannot be decrypted', () => {
  const encrypted = encrypt(bytes, 'here');
  for (let index = 0; index <= encrypted.length; index += 1) {
    const [before, after] = [encrypted.subarray(0, index), encrypted.subarray(index)];
    for (const bit of [1, 0x80]) {
      const changed = Buffer.concat([before, Buffer.of((after[0] ?? 0) ^ bit), after.subarray(1)]);
      expect(decrypt(changed, 'here')).toBeUndefined();
    }
    expect(decrypt(Buffer.concat([before, Buffer.of(0), after]), 'here')).toBeUndefined();
    if (after.length > 0) expect(decrypt(before, 'here')).toBeUndefined();
    if (index > 0) expect(decrypt(after, 'here')).toBeUndefined();
  }
});

test('every key decrypts, and the first one encrypts', () => {
  const both = createAead([newKey, oldKey], 'scroll-session');
  const onlyNew = createAead([newKey], 'scroll-session');
  expect(both.decrypt(encrypt(bytes, 'here'), 'here')).toEqual(bytes);
  expect(onlyNew.decrypt(both.encrypt(bytes, 'here'), 'here')).toEqual(bytes);
  expect(decrypt(both.encrypt(bytes, 'here'), 'here')).toBeUndefined();
  expect(onlyNew.decrypt(encrypt(bytes, 'here'), 'here')).toBeUndefined();
});
