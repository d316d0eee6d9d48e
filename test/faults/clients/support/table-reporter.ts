import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type { CoveringTest, Row } from './row.ts';

const header = ['row', 'what the caller sends', 'status', 'code', 'calls', 'CPU ms', 'result'];

/** Prints one table of what callers can do wrong (C1 to C31 of the fault catalogue) after the run, if its tests ran. */
export default class FaultTableReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const measured = tests.flatMap((test) => (test.meta().faultRows ?? []).map((row) => toLine(row, test)));
    const covered = tests.flatMap((test) => test.meta().coveringTests ?? []).map((each) => toReference(each, tests));
    if (measured.length + covered.length === 0) return;
    const lines = [...mergeRepeated(measured), ...covered].sort(byRow);
    process.stdout.write(`\nWhat callers can do wrong\n${align([header, ...lines])}\n`);
  }
}

function toLine({ row, sent, status, code, calls, cpuMs }: Row, test: TestCase): string[] {
  const result = test.result().state === 'passed' ? 'as expected' : 'WRONG';
  return [row, sent, String(status), code, String(calls), cpuMs?.toFixed(0) ?? '–', result];
}

function toReference({ row, sent, file, name }: CoveringTest, tests: readonly TestCase[]): string[] {
  const named = tests.filter((test) => test.module.relativeModuleId === file && isNamed(test.name, name));
  const isWrong = named.some((test) => test.result().state !== 'passed');
  const result = named.length === 0 ? 'not in this run' : isWrong ? 'WRONG' : 'as expected';
  return [row, sent, '', '', '', '', `${result}: ${file}`];
}

/** Whether a name begins like that of a test whose placeholders, like `%s`, are filled in. */
function isNamed(name: string, pattern: string): boolean {
  const parts = pattern.split(/%[a-z]/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}`, 's').test(name);
}

/** A row is sent with and without accelerators: equal results are one line, with the larger CPU time. */
function mergeRepeated(lines: readonly string[][]): string[][] {
  const withoutCpu = (line: string[]) => line.toSpliced(5, 1).join('\n');
  return [...Map.groupBy(lines, withoutCpu).values()].map(
    (same) => same.toSorted((a, b) => Number(b[5]) - Number(a[5]))[0] ?? [],
  );
}

function byRow([a = '']: string[], [b = '']: string[]): number {
  return Number(a.slice(1)) - Number(b.slice(1));
}

function align(rows: readonly string[][]): string {
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
