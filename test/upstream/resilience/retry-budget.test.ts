import { expect, test } from 'vitest';
import { createRetryBudget, type RetryBudget } from '../../../src/upstream/resilience/retry-budget.ts';

/** Returns the number of retries of `calls` calls that all fail, at most 10,000, so that the loop ends. */
function retriesOf(budget: RetryBudget, calls: number): number {
  let retries = 0;
  for (let n = 0; n < calls; n += 1) {
    budget.earn();
    while (retries < 10_000 && budget.spend()) retries += 1;
  }
  return retries;
}

test('a new retry budget has ten retries', () => {
  const budget = createRetryBudget();
  expect(Array.from({ length: 11 }, () => budget.spend())).toEqual([...Array(10).fill(true), false]);
});

test('a thousand calls that all fail share 110 retries', () => {
  const retries = retriesOf(createRetryBudget(), 1_000);
  expect(retries).toBeGreaterThanOrEqual(107); // a tenth is not exact in binary
  expect(retries).toBeLessThanOrEqual(110);
});

test('the saved retries are bounded, however many calls succeeded', () => {
  const budget = createRetryBudget();
  for (let n = 0; n < 10_000; n += 1) budget.earn();
  expect(retriesOf(budget, 1)).toBe(10);
});

test('the share for each first attempt and the maximum of saved retries are options of the budget', () => {
  expect(retriesOf(createRetryBudget({ ratio: 0.5, max: 3 }), 100)).toBe(52);
});
