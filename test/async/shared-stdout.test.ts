// Two processes that write to the same pipe, as workers do.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Writes 200 lines of 1,000 bytes at once, which is more than a pipe holds. Its exit waits for a second for the reader. */
const writer = `
  import process from 'node:process';
  import { createStdout } from '${new URL('../../src/async/stdout.ts', import.meta.url)}';
  const line = process.argv[1].repeat(999) + '\\n';
  createStdout(process, () => 'dropped\\n', true).write(line.repeat(200));
`;

test('lines of two processes are not mixed when their pipe is full', () => {
  const script =
    '(node --input-type=module -e "$writer" a & node --input-type=module -e "$writer" b & wait) | (for n in $(seq 40); do dd bs=8192 count=1 2>&-; sleep 0.01; done; cat)';
  const { stdout, stderr } = spawnSync('sh', ['-c', script], {
    env: { PATH: `${process.execPath.replace(/\/node$/, '')}:${process.env['PATH']}`, writer },
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const lines = stdout.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(100);
  expect(lines.filter((line) => !/^(?:a{999}|b{999})$/.test(line))).toEqual([]);
});
