import type { CompiledRow } from '../../src/execution/plan.ts';
import type * as Original from '../../src/execution/row-compiler.ts';

/** Counts the rows that compiled functions were asked for and completed; `before` is the number of rows before a plan is compiled. */
export const makers = { asked: 0, made: 0, before: 1 };

/** Replaces the row compiler in `vi.mock`: plans are compiled early and their rows are counted, because few tests have 50 rows. */
export function early(original: typeof Original): { [K in keyof typeof Original]: (typeof Original)[K] } {
  return {
    ...original,
    get rowsBeforeCompiling() {
      return makers.before as typeof Original.rowsBeforeCompiling;
    },
    compileRow: (fields, blank) => counted(original.compileRow(fields, blank)),
  };
}

function counted(make: CompiledRow | undefined): CompiledRow | undefined {
  if (make === undefined) return undefined;
  return (source) => {
    const row = make(source);
    makers.asked += 1;
    if (row !== undefined) makers.made += 1;
    return row;
  };
}
