import { afterAll, onTestFailed } from 'vitest';
import type { Told } from './harness.ts';

/** Collects what becomes of faults, and prints it when all tests of the file are over. */
export type Table = {
  /** @param calls that were made of the upstream, by route */
  add(row: string, fault: string, told: Pick<Told, 'errors' | 'ms'>, calls: Record<string, readonly unknown[]>): void;
};

const header = ['row', 'fault', 'told', 'ms', 'calls', 'verdict'];

export function createTable(title: string): Table {
  const lines: string[][] = [];
  afterAll(() => void process.stdout.write(`\n${title}\n${align([header, ...lines])}\n`));
  return {
    add(row, fault, { errors, ms }, calls) {
      const codes = new Set(errors.map(({ code }) => String(code)));
      const made = Object.values(calls).flat().length;
      const line = [row, fault, [...codes].join(' ') || 'whole', ms.toFixed(0), String(made)];
      lines.push(line);
      onTestFailed(() => void line.push('WRONG'));
    },
  };
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => header.map((_, column) => (row[column] ?? 'as it must').padEnd(widths[column] ?? 0)).join('  '))
    .join('\n');
}
