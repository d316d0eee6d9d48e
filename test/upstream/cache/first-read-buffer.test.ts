import { beforeEach, expect, test } from 'vitest';
import { fnv1aHash } from '../../../src/crypto/text-hash.ts';
import { createFirstReadBuffer, type FirstReadBuffer } from '../../../src/upstream/cache/first-read-buffer.ts';

const maxBytes = 100_000;
let buffer: FirstReadBuffer;
beforeEach(() => {
  buffer = createFirstReadBuffer({ maxBytes });
});

const put = (key: string, bytes: Buffer | string, requestedAt = 0) =>
  buffer.put(key, { tag: 0, invalidation: 0, requestedAt, bytes: Buffer.from(bytes) });
const take = (key: string) => buffer.take(key)?.bytes.toString();

test('a response can be taken from the buffer once, unchanged', () => {
  const answer = {
    tag: -5,
    invalidation: 2 ** 40,
    requestedAt: 1_234.5678,
    bytes: Buffer.from('gr\u00fc\u00df dich \u{1f600}'),
  };
  expect(buffer.put('k\u00e9y', answer)).toBe(true);
  answer.bytes.fill(0); // The buffer must hold a copy.
  expect(buffer.requestedAt('k\u00e9y')).toBe(1_234.5678);
  const taken = buffer.take('k\u00e9y');
  expect(taken).toMatchObject({ tag: -5, invalidation: 2 ** 40, requestedAt: 1_234.5678 });
  expect(taken?.bytes.toString()).toBe('gr\u00fc\u00df dich \u{1f600}');
  expect(buffer.take('k\u00e9y')).toBeUndefined();
  expect(buffer.requestedAt('k\u00e9y')).toBeUndefined();
});

test('the oldest responses are evicted first, and the others stay intact, however often the ring wraps around', () => {
  const textOf = (n: number) => `${n} `.repeat(1 + ((n * 7_919) % 900));
  for (let n = 0; n < 5_000; n += 1) {
    put(`key ${n}`, textOf(n), n);
    if (n % 97 !== 0) continue;
    let bytes = 0;
    let age = 0;
    for (; buffer.requestedAt(`key ${n - age}`) === n - age; age += 1) bytes += textOf(n - age).length;
    expect(bytes).toBeLessThan(maxBytes);
    if (n > 500) expect(bytes).toBeGreaterThan(maxBytes * 0.8);
    for (let older = age; older < age + 50; older += 1) expect(buffer.requestedAt(`key ${n - older}`)).toBeUndefined();
    expect(take(`key ${n - age + 1}`)).toBe(textOf(n - age + 1));
  }
});

test('two keys with the same hash are different keys', () => {
  const byHash = new Map<number, string>();
  let pair: [string, string] | undefined;
  for (let n = 0; pair === undefined; n += 1) {
    const twin = byHash.get(fnv1aHash(`key ${n}`));
    if (twin !== undefined) pair = [twin, `key ${n}`];
    byHash.set(fnv1aHash(`key ${n}`), `key ${n}`);
  }
  const [one, other] = pair;
  put(one, 'of one');
  expect(take(other)).toBeUndefined();
  put(other, 'of the other');
  expect([take(one), take(other)]).toEqual(['of one', 'of the other']);
});

test('a response that would evict many others is rejected by the buffer', () => {
  expect(put('a', Buffer.alloc(maxBytes / 8))).toBe(false);
  expect(put('a', Buffer.alloc(maxBytes / 8 - 100))).toBe(true);
  expect(
    createFirstReadBuffer({ maxBytes: 0 }).put('a', {
      tag: 0,
      invalidation: 0,
      requestedAt: 0,
      bytes: Buffer.alloc(0),
    }),
  ).toBe(false);
});
