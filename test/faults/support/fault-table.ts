import { afterAll, onTestFailed } from 'vitest';
import type { ClientResponse } from './harness.ts';

/** Collects the results of faults, and prints them after all tests of the file. */
export type Table = {
  /** @param calls upstream calls by route */
  add(
    row: string,
    fault: string,
    response: Pick<ClientResponse, 'errors' | 'ms'>,
    calls: Record<string, readonly unknown[]>,
  ): void;
};

const header = ['row', 'fault', 'response', 'ms', 'calls', 'verdict'];

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
    .map((row) => header.map((_, column) => (row[column] ?? 'as expected').padEnd(widths[column] ?? 0)).join('  '))
    .join('\n');
}
