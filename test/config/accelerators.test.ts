import { expect, test } from 'vitest';
import { accelerators } from '../../src/config/accelerators.ts';
import { readConfig } from '../../src/config/config.ts';
import { problemsOf } from '../support/config.ts';

const listed = (ACCELERATORS?: string) => [...readConfig({ ACCELERATORS }).accelerators];

test('all accelerators are on by default, and ACCELERATORS switches them off or lists the ones that stay on', () => {
  expect(listed()).toEqual(accelerators);
  expect(listed('all')).toEqual(accelerators);
  expect(listed('none')).toEqual([]);
  expect(listed('prefetch, fast-path')).toEqual(['fast-path', 'prefetch']);
});

test.each(['canary', 'all,none', 'prefetch,canary', 'deduplicate', 'prefetch,'])(
  'ACCELERATORS=%s is refused at start with a message that lists the allowed names',
  (ACCELERATORS) => {
    expect(problemsOf({ ACCELERATORS })).toEqual([
      'ACCELERATORS is all, none or some of fast-path, deduplicate, planned-execution, generated-rows, prefetch, with commas, and deduplicate only with fast-path.',
    ]);
  },
);
