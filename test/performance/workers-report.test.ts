import { expect, test } from 'vitest';
import type { WorkersRun } from '../../bench/compare/workers.ts';
import { conclusionOf, workersSection } from '../../bench/compare/workers-report.ts';

const good: WorkersRun = { rates: [500, 900], shares: [0.4, 0.39, 0.4] };
const disturbed: WorkersRun = { rates: [64, 428], shares: [0.12, 0.24, 0.24] };

test('two workers are compared in rounds in which each had its share of a core', () => {
  expect(conclusionOf([good])).toContain('1.80 times as much as one (goal: ≥ 1.7, met) in 1 of 1 rounds');
  expect(conclusionOf([good, disturbed])).toContain('1.80 times as much as one (goal: ≥ 1.7, met) in 1 of 2 rounds');
  expect(conclusionOf([{ ...good, rates: [500, 800] }])).toContain('**not met**');
});

test('nothing is said of workers that waited for something else than their quota', () => {
  expect(conclusionOf([disturbed, disturbed])).toContain('No verdict');
  expect(workersSection([disturbed])).toContain('| 64 | 428 | 6.69 × | 0.12 | 0.24, 0.24 |');
});

test('where there are no quotas, that is all that is said', () => {
  expect(workersSection(undefined)).toContain('Not measured');
});
