import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NotFound } from '../../../src/errors.ts';
import { type Cache, createCache } from '../../../src/upstream/resilience/cache.ts';
import { lifeOf, stateOf } from '../../../src/upstream/resilience/cache-rules.ts';

let cache: Cache;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  cache = createCache({ maxBytes: 1_000_000 });
});
afterEach(() => void vi.useRealTimers());

function keep(key: string, tag: string, value: unknown, at = performance.now(), bytes = 100): void {
  const reading = cache.begin(tag);
  reading.keep(key, { value, at }, bytes);
  reading.end();
}

test('what is forgotten by its tag is forgotten for all callers, and nothing else is', () => {
  keep('alice /x', 'x', 1);
  keep('bob /x', 'x', 2);
  keep('alice /y', 'y', 3);
  cache.forget('x');
  expect(['alice /x', 'bob /x', 'alice /y'].map((key) => cache.get(key)?.value)).toEqual([undefined, undefined, 3]);
  expect(cache.load).toMatchObject({ answers: 1, tags: 1, reading: 0 });
});

test('what was asked for before a write is not kept after it, what is asked for then is', () => {
  const before = cache.begin('x');
  const twin = cache.begin('x');
  cache.forget('x');
  const after = cache.begin('x');
  after.keep('a', { value: 'new', at: performance.now() }, 1);
  before.keep('a', { value: 'old', at: performance.now() + 1 }, 1);
  expect(cache.get('a')?.value).toBe('new');
  for (const reading of [before, twin]) reading.end();
  expect(cache.load.reading).toBe(1); // the ends of the old are not ends of the new
  cache.forget('x');
  after.keep('a', { value: 'new', at: performance.now() + 2 }, 1);
  expect(cache.get('a')).toBeUndefined();
  after.end();
  expect(cache.load).toMatchObject({ bytes: 0, answers: 0, tags: 0, reading: 0 });
});

test('what was asked for before a write is not kept either when another read of it has ended meanwhile', () => {
  const [slow, quick] = [cache.begin('x'), cache.begin('x')];
  quick.end();
  expect(cache.load.reading).toBe(1);
  cache.forget('x');
  slow.keep('a', { value: 'old', at: performance.now() }, 1);
  expect(cache.get('a')).toBeUndefined();
  slow.end();
});

test('when all is forgotten, what is being read is not kept either', () => {
  keep('b', 'y', 1);
  const reading = cache.begin('x');
  cache.forgetAll();
  reading.keep('a', { value: 1, at: performance.now() }, 1);
  expect(cache.load).toMatchObject({ bytes: 0, answers: 0, tags: 0, reading: 0 });
});

test('what was asked for later stays', () => {
  keep('a', 'x', 'later', 10);
  keep('a', 'x', 'earlier', 9);
  expect(cache.get('a')?.value).toBe('later');
  keep('a', 'x', 'as late', 10);
  expect(cache.get('a')?.value).toBe('as late');
});

test('an answer can be dropped alone, and the others of its tag are still forgotten with it', () => {
  keep('a', 'x', 1);
  keep('b', 'x', 2);
  cache.drop('a');
  expect([cache.get('a'), cache.get('b')?.value]).toEqual([undefined, 2]);
  cache.forget('x');
  expect(cache.get('b')).toBeUndefined();
});

test('it holds no more than it may, also of what it knows about its answers', () => {
  for (let i = 0; i < 100_000; i += 1) keep(`key ${i}`, `tag ${i % 50_000}`, i, i, i % 1_000);
  const { bytes, answers, tags, reading } = cache.load;
  expect(bytes).toBeLessThanOrEqual(1_000_000);
  expect(answers).toBeGreaterThan(100);
  expect(answers).toBeLessThan(1_000);
  expect(tags).toBeLessThanOrEqual(answers);
  expect(reading).toBe(0);
  expect(cache.get('key 99999')?.value).toBe(99_999);
  for (let i = 0; i < 50_000; i += 1) cache.forget(`tag ${i}`);
  expect(cache.load).toEqual({ bytes: 0, answers: 0, tags: 0, reading: 0 });
});

test('an answer that alone is too much is not kept, and nor is the one that it would take the place of', () => {
  keep('a', 'x', 1);
  keep('a', 'x', 2, performance.now(), 1_000_000);
  expect(cache.load).toEqual({ bytes: 0, answers: 0, tags: 0, reading: 0 });
});

test('without memory it keeps nothing', () => {
  cache = createCache({ maxBytes: 0 });
  keep('a', 'x', 1, 0, 0);
  expect(cache.load).toEqual({ bytes: 0, answers: 0, tags: 0, reading: 0 });
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
    expect(stateOf(rule, {}, ageMs)).toBe(state);
  });

  test('an absence is known for its own time, and no use when the upstream fails', () => {
    const absence = new NotFound('no');
    expect([0, 4.9, 5, 20].map((ageMs) => stateOf(rule, absence, ageMs))).toEqual(['fresh', 'fresh', 'gone', 'gone']);
  });

  test('an answer lives as long as it may be of use', () => {
    expect(lifeOf(rule)).toBe(40);
    expect(lifeOf({ ...rule, staleMs: 50 })).toBe(60);
    expect(lifeOf({ freshMs: 0, staleMs: 0, errorMs: 0, absentMs: 5 })).toBe(0);
  });
});
