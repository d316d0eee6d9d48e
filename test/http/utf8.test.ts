import { expect, test } from 'vitest';
import { encodeUtf8 } from '../../src/http/utf8.ts';

test.each([
  ['an empty text', ''],
  ['ASCII', '{"data":null}'],
  ['Latin-1', 'Zürich, Ñandú'],
  ['characters of three and four bytes', '東京 🦊 €'],
  ['half of a surrogate pair', 'a\ud800b'],
  ['a long text', '€'.repeat(100_000)],
])('%s is encoded as Buffer.from encodes it', (_, text) => {
  expect(encodeUtf8(text)).toEqual(Buffer.from(text));
});

test('five hundred texts do not overwrite each other', () => {
  const texts = Array.from({ length: 500 }, (_, n) => `${n} `.repeat(n) + '€🦊'.repeat(n * 3));
  const written = texts.map(encodeUtf8);
  for (const [n, text] of texts.entries()) expect(written[n]?.equals(Buffer.from(text))).toBe(true);
});

test('short texts share a block of at most 256 KiB, and a long text has memory of its own', () => {
  const [one, other] = [encodeUtf8('one'), encodeUtf8('other')];
  expect(one.buffer).toBe(other.buffer);
  expect(one.buffer.byteLength).toBeLessThanOrEqual(256 * 1024);
  expect(encodeUtf8('€'.repeat(100_000)).buffer).not.toBe(other.buffer);
});
