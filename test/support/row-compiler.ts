import type { CompiledRow } from '../../src/execution/plan.ts';
import type * as Original from '../../src/execution/row-compiler.ts';

/** Counts the rows that compiled functions were asked for and completed; `before` is the number of rows before a plan is compiled. */
export const compiledRows = { requested: 0, completed: 0, rowsBeforeCompiling: 1 };

/** Sets the counts of rows to zero. */
export function resetCompiledRows(): void {
  compiledRows.requested = 0;
  compiledRows.completed = 0;
}

/** Replaces the row compiler in `vi.mock`: plans are compiled early and their rows are counted, because few tests have 50 rows. */
export function compileEarly(original: typeof Original): { [K in keyof typeof Original]: (typeof Original)[K] } {
  return {
    ...original,
    get rowsBeforeCompiling() {
      return compiledRows.rowsBeforeCompiling as typeof Original.rowsBeforeCompiling;
    },
    compileRow: (fields, blank) => countRows(original.compileRow(fields, blank)),
  };
}

function countRows(compiledRow: CompiledRow | undefined): CompiledRow | undefined {
  if (compiledRow === undefined) return undefined;
  return (source) => {
    const row = compiledRow(source);
    compiledRows.requested += 1;
    if (row !== undefined) compiledRows.completed += 1;
    return row;
  };
}
