import { expect, test } from 'vitest';
import { createCallerLru } from '../../../src/upstream/cache/caller-lru.ts';

/** A cache of a hundred values of one byte. `fill` stores values of a caller, and `count` counts those that are left. */
function cacheOf100() {
  const cache = createCallerLru<object>(100);
  return {
    cache,
    fill(caller: string, count: number) {
      for (let n = 0; n < count; n += 1) cache.set(`${caller} ${n}`, {}, 1);
    },
    count: (caller: string) =>
      Array.from({ length: 1_000 }, (_, n) => n).filter((n) => cache.peek(`${caller} ${n}`) !== undefined).length,
  };
}

test('a single caller uses all of the cache, and its least recently used value goes first', () => {
  const { cache, fill, count } = cacheOf100();
  fill('one', 100);
  cache.get('one 0');
  cache.set('one 100', {}, 1);
  expect(count('one')).toBe(100);
  expect([cache.peek('one 0'), cache.peek('one 1')]).toEqual([{}, undefined]);
});

test('a caller that requests more and more displaces nothing of callers with less than a quarter', () => {
  const { fill, count } = cacheOf100();
  fill('one', 20);
  fill('two', 20);
  fill('greedy', 1_000);
  expect([count('one'), count('two'), count('greedy')]).toEqual([20, 20, 60]);
});

test('a caller with less than a quarter takes the room of a caller with more', () => {
  const { fill, count } = cacheOf100();
  fill('greedy', 100);
  fill('one', 25);
  expect([count('one'), count('greedy')]).toEqual([25, 75]);
});

test('callers with less than a quarter displace nothing of each other while a caller has more', () => {
  const { fill, count } = cacheOf100();
  fill('one', 5);
  fill('greedy', 1_000);
  for (let n = 0; n < 10; n += 1) fill(`small${n}`, 5);
  expect([count('one'), count('greedy')]).toEqual([5, 45]);
});

test('a value that exceeds the size of the cache displaces nothing', () => {
  const { cache, fill, count } = cacheOf100();
  fill('one', 40);
  fill('two', 60);
  cache.set('two large', {}, 101);
  expect([count('one'), count('two')]).toEqual([40, 60]);
});

test('values that are replaced, deleted or too large leave no trace in the share of their caller', () => {
  const { cache, fill, count } = cacheOf100();
  for (let times = 0; times < 500; times += 1) {
    cache.set('one a', {}, 30);
    cache.set('one b', {}, 101);
    cache.delete('one a');
  }
  expect([cache.bytes, cache.size]).toEqual([0, 0]);
  fill('one', 100);
  expect(count('one')).toBe(100);
});
