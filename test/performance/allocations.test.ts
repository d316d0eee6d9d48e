import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const script = new URL('measure-allocations.ts', import.meta.url).pathname;

/** Measured 1.8; whoever makes it more than this has put work on the way of every operation. */
const most = 2.2;

test('an operation allocates little more than what it cannot do without', { timeout: 60_000 }, async () => {
  // In one young generation, so that nothing is collected while it is counted. Where all dies young it would stay small.
  const flags = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script]);
  const { ours, floor } = JSON.parse(stdout) as { ours: number; floor: number };
  expect(floor).toBeGreaterThan(50_000); // four bodies of 16 kB, parsed and written
  expect(ours / floor).toBeGreaterThan(1);
  expect(ours / floor).toBeLessThan(most);
});
