import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NotFound } from '../../../src/errors.ts';
import { type Cache, createCache } from '../../../src/upstream/cache/cache.ts';
import { cacheStateOf, lifetimeMs } from '../../../src/upstream/cache/policy.ts';

let cache: Cache;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  cache = createCache({ maxBytes: 1_000_000 });
});
afterEach(() => void vi.useRealTimers());

function keep(
  key: string,
  tag: string,
  text: string,
  requestedAt = performance.now(),
  offset = cache.currentInvalidation(),
): void {
  cache.put(key, tag, offset, { value: text, requestedAt, bytes: Buffer.from(text) });
}
const get = (key: string) => cache.get(key, String)?.value;
/** Stores a response and reads it once, so that the cache holds it decoded. */
function keepAsked(...answer: Parameters<typeof keep>): void {
  keep(...answer);
  expect(get(answer[0])).toBe(answer[2]);
}
const nothing = { bytes: 0, answers: 0, tags: 0 };

test('a cached response is decoded once, at its first read, and keeps its age', () => {
  let decoded = 0;
  const decode = (bytes: Buffer) => {
    decoded += 1;
    return { text: bytes.toString() };
  };
  keep('a', 'x', 'answer', 7);
  expect([cache.usage, decoded]).toEqual([nothing, 0]);
  const first = cache.get('a', decode);
  expect(first).toMatchObject({ value: { text: 'answer' }, requestedAt: 7 });
  expect(cache.get('a', decode)?.value).toBe(first?.value);
  expect([cache.usage.answers, decoded]).toEqual([1, 1]);
});

test('a response that was read again outlives any number of responses that were not', () => {
  keepAsked('popular', 'x', 'answer');
  for (let n = 0; n < 10_000; n += 1) keep(`key ${n}`, 'y', 'x'.repeat(1_000));
  expect([get('popular'), get('key 0'), get('key 9999')]).toEqual(['answer', undefined, 'x'.repeat(1_000)]);
});

describe.each([
  ['that was not read again', keep],
  ['that was read again', keepAsked],
])('the cache stores a response %s', (_, keepSo) => {
  test('an invalidation of a tag drops the responses of that tag for all callers, and no others', () => {
    keepSo('alice /x', 'x', '1');
    keepSo('bob /x', 'x', '2');
    keepSo('alice /y', 'y', '3');
    cache.invalidate('x');
    expect(['alice /x', 'bob /x', 'alice /y'].map(get)).toEqual([undefined, undefined, '3']);
    expect(cache.usage).toMatchObject({ answers: 1, tags: 1 });
  });

  test('clearing the cache drops all responses, and reads that began before are not cached', () => {
    keepSo('b', 'y', '1');
    const offset = cache.currentInvalidation();
    cache.clear();
    keep('a', 'x', 'began before', 0, offset);
    expect(['a', 'b'].map(get)).toEqual([undefined, undefined]);
    expect(cache.usage).toEqual(nothing);
  });

  test('a response with an earlier request does not replace one with a later request', () => {
    keepSo('a', 'x', 'later', 10);
    keep('a', 'x', 'earlier', 9);
    expect(get('a')).toBe('later');
    keep('a', 'x', 'as late', 10);
    expect(get('a')).toBe('as late');
  });

  test('a response can be dropped alone, and the other responses of its tag can still be invalidated', () => {
    keepSo('a', 'x', '1');
    keepSo('b', 'x', '2');
    cache.drop('a');
    expect(['a', 'b'].map(get)).toEqual([undefined, '2']);
    cache.invalidate('x');
    expect(get('b')).toBeUndefined();
  });

  test('a response that is too large is not cached, and it removes the older one with its key', () => {
    keepSo('a', 'x', '1');
    keep('a', 'x', '2'.repeat(1_000_000));
    expect(get('a')).toBeUndefined();
    expect(cache.usage).toEqual(nothing);
  });
});

test('a response that was requested before an invalidation is not cached, and one that was requested after it is', () => {
  const before = cache.currentInvalidation();
  cache.invalidate('x');
  const after = cache.currentInvalidation();
  keep('a', 'x', 'new', 1, after);
  keep('a', 'x', 'old', 2, before);
  keep('b', 'y', 'of another', 1, before);
  expect(['a', 'b'].map(get)).toEqual(['new', 'of another']);
  cache.invalidate('x');
  keep('a', 'x', 'new', 3, after);
  expect(get('a')).toBeUndefined();
  expect(cache.usage).toMatchObject({ answers: 1, tags: 1 });
});

test('a newer response replaces an older one with the same key that was not read again', () => {
  keep('a', 'x', 'first', 1);
  keep('a', 'x', 'second', 2);
  expect(get('a')).toBe('second');
  cache.drop('a');
  expect(get('a')).toBeUndefined(); // The first response must not come back either.
});

test('responses that were not read again use a quarter of the memory, and not less', () => {
  for (let n = 0; n < 10_000; n += 1) keep(`key ${n}`, 'x', 'x'.repeat(1_000));
  const left = Array.from({ length: 10_000 }, (_, n) => get(`key ${n}`)).filter((text) => text !== undefined);
  expect(left.length).toBeGreaterThan(220);
  expect(left.length).toBeLessThan(250);
});

test('a NotFound error is cached, too', () => {
  const absence = new NotFound('no');
  keep('a', 'x', 'there');
  cache.put('a', 'x', cache.currentInvalidation(), {
    value: absence,
    requestedAt: performance.now(),
    bytes: undefined,
  });
  expect(get('a')).toBe(absence);
});

test('a large response is cached and does not evict small ones', () => {
  keep('small', 'x', 'small');
  keep('large', 'x', 'x'.repeat(100_000));
  expect([get('small'), get('large')?.toString().length]).toEqual(['small', 100_000]);
});

test('the cache never exceeds its memory limit, its index of tags included', () => {
  const texts = Array.from({ length: 1_000 }, (_, length) => 'x'.repeat(length));
  for (let n = 0; n < 100_000; n += 1) keepAsked(`key ${n}`, `tag ${n % 50_000}`, texts[n % 1_000] ?? '');
  const { bytes, answers, tags } = cache.usage;
  expect(bytes).toBeLessThanOrEqual(750_000);
  expect(answers).toBeGreaterThan(100);
  expect(answers).toBeLessThan(750);
  expect(tags).toBeLessThanOrEqual(answers);
  expect(get('key 99999')).toBe(texts[999]);
  for (let n = 0; n < 50_000; n += 1) cache.invalidate(`tag ${n}`);
  expect(cache.usage).toEqual(nothing);
});

test('a cache with a limit of zero bytes stores nothing', () => {
  cache = createCache({ maxBytes: 0 });
  keep('a', 'x', '');
  expect(get('a')).toBeUndefined();
  expect(cache.usage).toEqual(nothing);
});

describe('the cache policy decides by age what a response is used for', () => {
  const rule = { freshMs: 10, staleMs: 20, errorMs: 30, absentMs: 5 };
  test.each([
    [0, 'fresh'],
    [9.9, 'fresh'],
    [10, 'stale'],
    [29.9, 'stale'],
    [30, 'old'],
    [39.9, 'old'],
    [40, 'gone'],
  ])('a response that is %d ms old is %s', (ageMs, state) => {
    expect(cacheStateOf(rule, {}, ageMs)).toBe(state);
  });

  test('a NotFound error has a time of its own, and is not served when the upstream fails', () => {
    const absence = new NotFound('no');
    expect([0, 4.9, 5, 20].map((ageMs) => cacheStateOf(rule, absence, ageMs))).toEqual([
      'fresh',
      'fresh',
      'gone',
      'gone',
    ]);
  });

  test('the lifetime of a response ends when it can no longer be served', () => {
    expect(lifetimeMs(rule)).toBe(40);
    expect(lifetimeMs({ ...rule, staleMs: 50 })).toBe(60);
    expect(lifetimeMs({ freshMs: 0, staleMs: 0, errorMs: 0, absentMs: 5 })).toBe(0);
  });
});
