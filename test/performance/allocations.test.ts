import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const script = new URL('measure-allocations.ts', import.meta.url).pathname;

/** Measured 1.6. A higher value means that new work was added to every operation. */
const most = 2;
/** In bytes. Measured 32,000; each async function that waits for an upstream call adds 1,600. */
const mostHeld = 38_000;

test('an operation allocates little more than its parsing and serialization need, and holds little memory while it waits', {
  timeout: 60_000,
}, async () => {
  // The young generation is large enough that nothing is collected while the allocations are counted.
  const flags = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script]);
  const { ours, floor, waiting } = JSON.parse(stdout) as { ours: number; floor: number; waiting: number };
  expect(floor).toBeGreaterThan(50_000); // Four bodies of 16 kB are parsed and serialized.
  expect(ours / floor).toBeGreaterThan(1);
  expect(ours / floor).toBeLessThan(most);
  expect(waiting).toBeGreaterThan(10_000);
  expect(waiting).toBeLessThan(mostHeld);
});
