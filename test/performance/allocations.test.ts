import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const script = new URL('measure-allocations.ts', import.meta.url).pathname;

/** Measured 1.6; whoever makes it more than this has put work on the way of every operation. */
const most = 2;
/** In bytes. Measured 32,000; each function that waits with a call makes it 1,600 more. */
const mostHeld = 38_000;

test('an operation allocates little more than what it cannot do without, and waits with little', {
  timeout: 60_000,
}, async () => {
  // In one young generation, so that nothing is collected while it is counted. Where all dies young it would stay small.
  const flags = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script]);
  const { ours, floor, waiting } = JSON.parse(stdout) as { ours: number; floor: number; waiting: number };
  expect(floor).toBeGreaterThan(50_000); // four bodies of 16 kB, parsed and written
  expect(ours / floor).toBeGreaterThan(1);
  expect(ours / floor).toBeLessThan(most);
  expect(waiting).toBeGreaterThan(10_000);
  expect(waiting).toBeLessThan(mostHeld);
});
