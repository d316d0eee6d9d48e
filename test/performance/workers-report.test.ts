import { expect, test } from 'vitest';
import type { WorkersRun } from '../../bench/compare/workers.ts';
import { conclusionOf, workersSection } from '../../bench/compare/workers-report.ts';

const good: WorkersRun = { rates: [500, 900], shares: [0.4, 0.39, 0.4] };
const disturbed: WorkersRun = { rates: [64, 428], shares: [0.12, 0.24, 0.24] };

test('two workers are compared in the rounds in which each had its CPU quota', () => {
  expect(conclusionOf([good])).toContain('1.80 times as much as one (goal: ≥ 1.7, met) in 1 of 1 rounds');
  expect(conclusionOf([good, disturbed])).toContain('1.80 times as much as one (goal: ≥ 1.7, met) in 1 of 2 rounds');
  expect(conclusionOf([{ ...good, rates: [500, 800] }])).toContain('**not met**');
});

test('the report makes no comparison of workers that did not use their CPU quota', () => {
  expect(conclusionOf([disturbed, disturbed])).toContain('No verdict');
  expect(workersSection([disturbed])).toContain('| 64 | 428 | 6.69 × | 0.12 | 0.24, 0.24 |');
});

test('the report says only that there are no CPU quotas, if there are none', () => {
  expect(workersSection(undefined)).toContain('Not measured');
});
