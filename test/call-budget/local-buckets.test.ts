import { expect, test } from 'vitest';
import { LocalBuckets } from '../../src/call-budget/local-buckets.ts';
import { RateLimited } from '../../src/errors.ts';

/** A bucket to which nothing is added while a test runs. */
const size = { capacity: 100, callsPerMs: 1e-9 };

test('the number of budgets in memory has a bound: the least recently used one is full again', () => {
  const buckets = new LocalBuckets();
  for (const key of ['first', 'second']) buckets.take(key, 100, size);
  expect(() => buckets.take('first', 1, size)).toThrow(RateLimited);
  for (let index = 0; index < 49_999; index += 1) buckets.take(`caller-${index}`, 1, size);
  expect(buckets.remaining('second', size)).toBe(100);
  expect(buckets.remaining('first', size)).toBe(0);
  expect(buckets.remaining('caller-49998', size)).toBe(99);
});

test('nothing is kept for an operation without calls', () => {
  const buckets = new LocalBuckets();
  buckets.take('first', 100, size);
  for (let index = 0; index < 60_000; index += 1) buckets.take(`caller-${index}`, 0, size);
  expect(buckets.remaining('first', size)).toBe(0);
});

test('calls beyond what was taken leave a budget below zero, which has to be filled before the next operation', () => {
  const buckets = new LocalBuckets();
  buckets.take('first', 90, size);
  buckets.giveBack('first', -20, size);
  expect(buckets.remaining('first', size)).toBe(-10);
  expect(() => buckets.take('first', 1, size)).toThrow(RateLimited);
});

test('an operation that needs more than a budget holds needs a full one', () => {
  const buckets = new LocalBuckets();
  buckets.take('first', 150, size);
  buckets.take('second', 1, size);
  expect(buckets.remaining('first', size)).toBe(-50);
  expect(() => buckets.take('second', 150, size)).toThrow(RateLimited);
});

test('what is given back never makes a budget fuller than full', () => {
  const buckets = new LocalBuckets();
  buckets.take('first', 10, size);
  buckets.giveBack('first', 50, size);
  expect(buckets.remaining('first', size)).toBe(100);
});
