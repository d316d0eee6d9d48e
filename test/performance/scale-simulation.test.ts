import { expect, test } from 'vitest';
import { simulate } from '../../bench/scale/simulation.ts';

const work = { steps: [{ processes: ['one'], ms: 1 }], connections: 8, seconds: 2 };

test('a process answers as many requests as it has CPU time for, on one core or on a part of it', () => {
  const processes = [{ name: 'one', cores: [0] }];
  expect(simulate({ ...work, processes, cores: [1] })).toBeCloseTo(1_000, -2);
  expect(simulate({ ...work, processes, cores: [0.5] })).toBeCloseTo(500, -2);
});

test('a second core doubles what two processes do, and adds nothing to a single one', () => {
  const both = ['one', 'two'].map((name) => ({ name, cores: [0, 1] }));
  const steps = [{ processes: ['one', 'two'], ms: 1 }];
  expect(simulate({ ...work, processes: both, steps, cores: [1, 1] })).toBeCloseTo(2_000, -2);
  expect(simulate({ ...work, processes: both.slice(0, 1), cores: [1, 1] })).toBeCloseTo(1_000, -2);
});

test('four processes do not more than two on two cores, which they share with the load generator', () => {
  const names = ['a', 'b', 'c', 'd'];
  const run = (count: number) =>
    simulate({
      ...{ ...work, connections: 64, cores: [1, 1] },
      steps: [
        { processes: ['client'], ms: 0.5 },
        { processes: names.slice(0, count), ms: 1.5 },
      ],
      processes: [...names.slice(0, count).map((name) => ({ name, cores: [0, 1] })), { name: 'client', cores: [1] }],
    });
  expect(run(1)).toBeCloseTo(667, -2);
  expect(run(4)).toBeCloseTo(1_000, -2);
});
