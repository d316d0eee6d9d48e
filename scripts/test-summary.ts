// Prints the last line of CI, "N passed, N failed", and exits with 1 unless all tests have passed:
// node scripts/test-summary.ts <the JSON report of vitest> <exit status of the check>
// A skipped test, and a file that could not be loaded, count as failed. So does a check that fails outside the tests, also
// when it fails before them and there is no report.

import { existsSync, readFileSync } from 'node:fs';

type Report = {
  numPassedTests: number;
  numTotalTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
};

const [file = '', exitStatus] = process.argv.slice(2);
const { passed, failed } = existsSync(file) ? count(JSON.parse(readFileSync(file, 'utf8'))) : { passed: 0, failed: 0 };
const failures = failed === 0 && exitStatus !== '0' ? 1 : failed;
console.log(`${passed} passed, ${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;

function count({ numPassedTests: passed, numTotalTests, testResults }: Report) {
  const filesNotLoaded = testResults.filter(
    (result) => result.status === 'failed' && result.assertionResults.length === 0,
  );
  return { passed, failed: numTotalTests - passed + filesNotLoaded.length };
}
