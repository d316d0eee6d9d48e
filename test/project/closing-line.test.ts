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
  const reports = mkdtempSync(join(folder, 'reports-'));
  writeFileSync(join(reports, 'check.status'), '2\n');
  expect(closingLineOf(reports)).toEqual({ line: '0 passed, 1 failed', status: 1 });
});

test('the closing line of CI counts the tests of every step, and the lines before name the step and the test that failed', () => {
  const reports = mkdtempSync(join(folder, 'reports-'));
  runVitest({ a: passes }, reports, 'first');
  runVitest({ a: `test('c', () => { throw new Error('the reason'); });` }, reports, 'second');
  runVitest({ a: passes }, reports, 'third');
  const { stdout } = summaryOf(reports);
  expect(stdout).toContain('FAILED second: c (failed): Error: the reason');
  expect(closingLineOf(reports)).toEqual({ line: '4 passed, 1 failed', status: 1 });
});

/** Writes test files, runs vitest on them, and returns the folder with the report and the exit status, as CI writes them. */
function runVitest(files: Record<string, string>, reports = mkdtempSync(join(folder, 'reports-')), step = 'check') {
  const suite = mkdtempSync(join(folder, 'suite-'));
  for (const [name, tests] of Object.entries(files)) writeFileSync(join(suite, `${name}.test.js`), tests);
  const vitest = join(root, 'node_modules/.bin/vitest');
  const report = join(reports, `${step}.json`);
  const args = ['run', '--root', suite, '--globals', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync(vitest, args);
  writeFileSync(join(reports, `${step}.status`), `${status}\n`);
  return reports;
}

function summaryOf(reports: string) {
  return spawnSync(process.execPath, ['scripts/test-summary.ts', reports], { cwd: root, encoding: 'utf8' });
}

function closingLineOf(reports: string) {
  const { stdout, status } = summaryOf(reports);
  return { line: stdout.trimEnd().split('\n').at(-1), status };
}
