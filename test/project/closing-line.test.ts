import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'contactgraph-closing-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const passes = `test('a', () => {}); test('b', () => {});`;

test.each([
  ['all tests have passed', { a: passes, b: `test('c', () => {});` }, '3 passed, 0 failed', 0],
  ['one test has failed', { a: passes, b: `test('c', () => { throw new Error('c'); });` }, '2 passed, 1 failed', 1],
  ['one test was skipped', { a: passes, b: `test.runIf(false)('c', () => {});` }, '2 passed, 1 failed', 1],
  ['a file cannot be loaded', { a: passes, b: `throw new Error('b');` }, '2 passed, 1 failed', 1],
  [
    'an error happened outside of the tests',
    { a: `${passes} Promise.reject(new Error('a'));` },
    '2 passed, 1 failed',
    1,
  ],
])('the closing line of CI has the correct counts when %s', (_, files, line, status) => {
  expect(closingLineOf(runVitest(files))).toEqual({ line, status });
});

test('the closing line of CI reports a check that failed before the tests', () => {
  const none = { report: join(folder, 'none.json'), exitStatus: 2 };
  expect(closingLineOf(none)).toEqual({ line: '0 passed, 1 failed', status: 1 });
});

/** Writes test files and runs vitest on them. */
function runVitest(files: Record<string, string>) {
  const suite = mkdtempSync(join(folder, 'suite-'));
  for (const [name, tests] of Object.entries(files)) writeFileSync(join(suite, `${name}.test.js`), tests);
  const vitest = join(root, 'node_modules/.bin/vitest');
  const report = join(suite, 'report.json');
  const args = ['run', '--root', suite, '--globals', '--reporter=json', `--outputFile.json=${report}`];
  return { report, exitStatus: spawnSync(vitest, args).status };
}

function closingLineOf({ report, exitStatus }: { report: string; exitStatus: number | null }) {
  const { stdout, status } = spawnSync(process.execPath, ['scripts/test-summary.ts', report, `${exitStatus}`], {
    cwd: root,
    encoding: 'utf8',
  });
  return { line: stdout.trimEnd(), status };
}
