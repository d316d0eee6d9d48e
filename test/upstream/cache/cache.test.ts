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
  mark = cache.currentInvalidation(),
): void {
  cache.put(key, tag, mark, { value: text, requestedAt, bytes: Buffer.from(text) });
}
const get = (key: string) => cache.get(key, String)?.value;
/** Keeps it, and asks for it again, so that it is kept decoded. */
function keepAsked(...answer: Parameters<typeof keep>): void {
  keep(...answer);
  expect(get(answer[0])).toBe(answer[2]);
}
const nothing = { bytes: 0, answers: 0, tags: 0 };

test('an answer is decoded when it is asked for again, once, and is as old as it was', () => {
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

test('what is asked for again outlives any number of answers that nobody asks for again', () => {
  keepAsked('popular', 'x', 'answer');
  for (let n = 0; n < 10_000; n += 1) keep(`key ${n}`, 'y', 'x'.repeat(1_000));
  expect([get('popular'), get('key 0'), get('key 9999')]).toEqual(['answer', undefined, 'x'.repeat(1_000)]);
});

describe.each([
  ['that nobody has asked for again', keep],
  ['that was asked for again', keepAsked],
])('of an answer %s,', (_, keepSo) => {
  test('what is forgotten by its tag is forgotten for all callers, and nothing else is', () => {
    keepSo('alice /x', 'x', '1');
    keepSo('bob /x', 'x', '2');
    keepSo('alice /y', 'y', '3');
    cache.invalidate('x');
    expect(['alice /x', 'bob /x', 'alice /y'].map(get)).toEqual([undefined, undefined, '3']);
    expect(cache.usage).toMatchObject({ answers: 1, tags: 1 });
  });

  test('when all is forgotten, nothing is left', () => {
    keepSo('b', 'y', '1');
    const mark = cache.currentInvalidation();
    cache.clear();
    keep('a', 'x', 'began before', 0, mark);
    expect(['a', 'b'].map(get)).toEqual([undefined, undefined]);
    expect(cache.usage).toEqual(nothing);
  });

  test('what was asked for later stays', () => {
    keepSo('a', 'x', 'later', 10);
    keep('a', 'x', 'earlier', 9);
    expect(get('a')).toBe('later');
    keep('a', 'x', 'as late', 10);
    expect(get('a')).toBe('as late');
  });

  test('it can be dropped alone, and the others of its tag are still forgotten with it', () => {
    keepSo('a', 'x', '1');
    keepSo('b', 'x', '2');
    cache.drop('a');
    expect(['a', 'b'].map(get)).toEqual([undefined, '2']);
    cache.invalidate('x');
    expect(get('b')).toBeUndefined();
  });

  test('one that alone is too much does not take its place, and it is gone', () => {
    keepSo('a', 'x', '1');
    keep('a', 'x', '2'.repeat(1_000_000));
    expect(get('a')).toBeUndefined();
    expect(cache.usage).toEqual(nothing);
  });
});

test('what was asked for before a write is not kept after it, what is asked for then is', () => {
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

test('an answer that is read anew before anybody asks for it again takes its place', () => {
  keep('a', 'x', 'first', 1);
  keep('a', 'x', 'second', 2);
  expect(get('a')).toBe('second');
  cache.drop('a');
  expect(get('a')).toBeUndefined(); // nor is the first there any more
});

test('what nobody has asked for again takes a quarter of the memory, and uses it', () => {
  for (let n = 0; n < 10_000; n += 1) keep(`key ${n}`, 'x', 'x'.repeat(1_000));
  const left = Array.from({ length: 10_000 }, (_, n) => get(`key ${n}`)).filter((text) => text !== undefined);
  expect(left.length).toBeGreaterThan(220);
  expect(left.length).toBeLessThan(250);
});

test('an absence is kept, too', () => {
  const absence = new NotFound('no');
  keep('a', 'x', 'there');
  cache.put('a', 'x', cache.currentInvalidation(), {
    value: absence,
    requestedAt: performance.now(),
    bytes: undefined,
  });
  expect(get('a')).toBe(absence);
});

test('a large answer is kept, and pushes out no small ones', () => {
  keep('small', 'x', 'small');
  keep('large', 'x', 'x'.repeat(100_000));
  expect([get('small'), get('large')?.toString().length]).toEqual(['small', 100_000]);
});

test('it holds no more than it may, also of what it knows about its answers', () => {
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

test('without memory it keeps nothing', () => {
  cache = createCache({ maxBytes: 0 });
  keep('a', 'x', '');
  expect(get('a')).toBeUndefined();
  expect(cache.usage).toEqual(nothing);
});

describe('by its rule', () => {
  const rule = { freshMs: 10, staleMs: 20, errorMs: 30, absentMs: 5 };
  test.each([
    [0, 'fresh'],
    [9.9, 'fresh'],
    [10, 'stale'],
    [29.9, 'stale'],
    [30, 'old'],
    [39.9, 'old'],
    [40, 'gone'],
  ])('an answer that is %d ms old is %s', (ageMs, state) => {
    expect(cacheStateOf(rule, {}, ageMs)).toBe(state);
  });

  test('an absence is known for its own time, and no use when the upstream fails', () => {
    const absence = new NotFound('no');
    expect([0, 4.9, 5, 20].map((ageMs) => cacheStateOf(rule, absence, ageMs))).toEqual([
      'fresh',
      'fresh',
      'gone',
      'gone',
    ]);
  });

  test('an answer lives as long as it may be of use', () => {
    expect(lifetimeMs(rule)).toBe(40);
    expect(lifetimeMs({ ...rule, staleMs: 50 })).toBe(60);
    expect(lifetimeMs({ freshMs: 0, staleMs: 0, errorMs: 0, absentMs: 5 })).toBe(0);
  });
});
