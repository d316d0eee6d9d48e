import type * as Original from '../../src/execution/row-compiler.ts';
import type { CompiledRow } from '../../src/execution/row-compiler.ts';

/** Rows that makers were asked for and made, and what is asked for in a plan before it gets one. */
export const makers = { asked: 0, made: 0, before: 1 };

/** The module of makers, for `vi.mock`, but early and counted: few tests ask for 50 rows of a plan. */
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
