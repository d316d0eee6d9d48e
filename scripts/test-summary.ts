// Prints what failed in the steps of CI and, as the last line, "N passed, N failed" over all steps. Exits with 1 unless all
// tests of all steps have passed: node scripts/test-summary.ts <folder>
// The folder has two files for each step: <step>.status, its exit status, and <step>.json, the JSON report of vitest.
// A skipped test, and a file that could not be loaded, count as failed. So does a step that fails outside the tests, also
// when the step fails before them and there is no report.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Test = { fullName: string; status: string; failureMessages?: string[] };
type Report = { testResults: { name: string; status: string; message?: string; assertionResults: Test[] }[] };

const [folder = ''] = process.argv.slice(2);
const statusFiles = readdirSync(folder).filter((file) => file.endsWith('.status'));
const results = statusFiles.map((file) => readStep(file.slice(0, -'.status'.length)));
const failures = results.flatMap((result) => result.failures);
const passed = results.reduce((sum, result) => sum + result.passed, 0);

for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 && results.length > 0 ? 0 : 1;

function readStep(step: string): { passed: number; failures: string[] } {
  const exitStatus = readFileSync(join(folder, `${step}.status`), 'utf8').trim();
  const report = join(folder, `${step}.json`);
  const { testResults }: Report = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { testResults: [] };
  const tests = testResults.flatMap((file) => file.assertionResults);
  const failures = [
    ...testResults.filter(isNotLoaded).map((file) => `${step}: ${file.name}: ${firstLines(file.message)}`),
    ...tests
      .filter(isNotPassed)
      .map((test) => `${step}: ${test.fullName} (${test.status}): ${firstLines(test.failureMessages?.[0])}`),
  ];
  if (failures.length === 0 && exitStatus !== '0')
    failures.push(`${step}: exit status ${exitStatus}, outside the tests`);
  return { passed: tests.length - tests.filter(isNotPassed).length, failures };
}

function isNotLoaded(file: Report['testResults'][number]): boolean {
  return file.status === 'failed' && file.assertionResults.length === 0;
}

function isNotPassed(test: Test): boolean {
  return test.status !== 'passed';
}

function firstLines(message = ''): string {
  return message.split('\n').slice(0, 6).join('\n    ');
}
