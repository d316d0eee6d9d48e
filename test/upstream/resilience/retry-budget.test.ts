import { expect, test } from 'vitest';
import { createRetryBudget, type RetryBudget } from '../../../src/upstream/resilience/retry-budget.ts';

/** How often so many calls that all fail are made again, counted to 10,000: a test of a budget has an end. */
function retriesOf(budget: RetryBudget, calls: number): number {
  let retries = 0;
  for (let n = 0; n < calls; n += 1) {
    budget.earn();
    while (retries < 10_000 && budget.spend()) retries += 1;
  }
  return retries;
}

test('it is full at the start: ten retries', () => {
  const budget = createRetryBudget();
  expect(Array.from({ length: 11 }, () => budget.spend())).toEqual([...Array(10).fill(true), false]);
});

test('when everything fails, a thousand calls have a hundred and ten retries between them', () => {
  const retries = retriesOf(createRetryBudget(), 1_000);
  expect(retries).toBeGreaterThanOrEqual(107); // a tenth is not exact in binary
  expect(retries).toBeLessThanOrEqual(110);
});

test('what was saved is bounded, however many calls went well', () => {
  const budget = createRetryBudget();
  for (let n = 0; n < 10_000; n += 1) budget.earn();
  expect(retriesOf(budget, 1)).toBe(10);
});

test('what a first try puts in and what can be saved can be said', () => {
  expect(retriesOf(createRetryBudget({ ratio: 0.5, max: 3 }), 100)).toBe(52);
});
