import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const script = new URL('measure-survivors.ts', import.meta.url).pathname;

test('the pages that an operation has read are freed by young garbage collections', { timeout: 60_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script]);
  const { survivors } = JSON.parse(stdout) as { survivors: number };
  // Measured 130 kB, and 1.5 MB when a generator of the operation holds the pages.
  expect(survivors).toBeGreaterThan(0);
  expect(survivors).toBeLessThan(500_000);
});
