import type { TestContext } from 'vitest';

/** One line of the table of what callers can do wrong, as a test measured it. */
export type Row = {
  /** The row of the fault catalogue, like `C7`. */
  row: string;
  sent: string;
  status: number | string;
  code: string;
  /** Upstream calls that one such request caused. */
  calls: number;
  cpuMs?: number;
};

/** A test elsewhere that covers a row of the fault catalogue. */
export type CoveringTest = { row: string; sent: string; file: string; name: string };

declare module 'vitest' {
  interface TaskMeta {
    faultRows?: Row[];
    coveringTests?: readonly CoveringTest[];
  }
}

/** Records a line of the table, which the reporter prints with the result of the test after the run. */
export function recordRow({ task }: TestContext, row: Row): void {
  task.meta.faultRows ??= [];
  task.meta.faultRows.push(row);
}
