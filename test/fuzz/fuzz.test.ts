import { expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';

test('20,000 documents and 5,000 sets of variables, generated and mutated, get no 5xx, no long stall, no unknown code and no quotation, and leave no memory', {
  timeout: 600_000,
}, async () => {
  const { problems, heapGrowth, ...counts } = await fuzz({ documents: 20_000, variables: 5_000, seed: 18 });
  process.stdout.write(`${JSON.stringify({ heapGrowth, ...counts })}\n`);
  expect(problems).toEqual([]);
  expect(heapGrowth).toBeLessThan(16 * 2 ** 20);
  // Without these the generator would not reach both the execution and the refusals.
  expect(counts.statuses['200']).toBeGreaterThan(5_000);
  expect(counts.statuses['400']).toBeGreaterThan(5_000);
});
