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

/** Keeps `count` responses of a caller, of 100 characters each. */
function fill(caller: string, count: number, from = 0): void {
  for (let n = from; n < from + count; n += 1) put(`${caller} ${n}`, `${n}`.padStart(100));
}
/** Counts the responses of a caller that are left, and checks them. */
function count(caller: string): number {
  const present = Array.from({ length: 5_000 }, (_, n) => n).filter((n) => buffer.requestedAt(`${caller} ${n}`) === 0);
  for (const n of present) expect(take(`${caller} ${n}`)).toBe(`${n}`.padStart(100));
  return present.length;
}

test('a caller that reads more and more displaces no response of callers with less than a quarter', () => {
  fill('one', 100);
  fill('two', 100);
  fill('greedy', 5_000);
  expect([count('one'), count('two')]).toEqual([100, 100]);
  expect(count('greedy')).toBeGreaterThan(350);
});

test('a caller whose responses lie among those of others displaces none of them, whatever their sizes are', () => {
  for (let n = 0; n < 3_000; n += 1) {
    if (n % 20 === 0 && n < 2_000) put(`one ${n / 20}`, `${n / 20}`.padStart(100));
    put(`greedy ${n}`, 'x'.repeat((n * 7_919) % 900));
  }
  expect(count('one')).toBe(100);
});

test('a caller with less than a quarter displaces the oldest response of all if no caller has more', () => {
  for (let n = 0; n < 2_000; n += 1) fill(`caller${n % 10}`, 1, n);
  expect(buffer.requestedAt('caller0 0')).toBeUndefined();
  expect(buffer.requestedAt('caller9 1999')).toBe(0);
});

test('a single caller uses all of the buffer', () => {
  fill('one', 5_000);
  expect(count('one')).toBeGreaterThan((maxBytes / 156) * 0.95);
});

test('a caller with less than a quarter displaces the oldest responses of a caller with more', () => {
  fill('greedy', 1_000);
  fill('one', 100);
  expect(count('one')).toBe(100);
  expect(count('greedy')).toBeLessThan(550);
});

test('of a caller with more than a quarter, another caller displaces what exceeds the quarter', () => {
  fill('one', 300);
  fill('two', 600);
  const left = count('one');
  expect(left).toBeGreaterThan(150);
  expect(left).toBeLessThan(170);
});

test('callers with less than a quarter displace no response of each other while a caller has more', () => {
  fill('one', 50);
  fill('greedy', 1_000);
  for (let n = 0; n < 200; n += 1) fill(`small${n % 4}`, 1, n);
  expect(count('one')).toBe(50);
});

test('a response that was taken is no longer in the share that others leave to its caller', () => {
  fill('one', 100);
  expect(count('one')).toBe(100);
  fill('greedy', 5_000);
  expect(count('greedy')).toBeGreaterThan((maxBytes / 156) * 0.95);
});

test('one response displaces another after it has passed over 1,000 of other callers, so that its work is bounded', () => {
  buffer = createFirstReadBuffer({ maxBytes: 10 * maxBytes });
  fill('one', 1_500); // Less than a quarter.
  for (let n = 0; buffer.requestedAt('one 1000') === 0 && n < 20_000; n += 1) fill('greedy', 1, n);
  const left = count('one');
  expect(left).toBeGreaterThan(1_490);
  expect(left).toBeLessThan(1_500);
});
