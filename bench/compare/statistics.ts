import type { Figures, Measured, Run } from './measure.ts';

/** The median and the range of some values. */
export type Spread = { median: number; min: number; max: number };

/** Computes median and range. All are NaN without values. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/** The throughput of a run in requests a second. */
export function rateOf({ requests, seconds }: Run): number {
  return requests / seconds;
}

/**
 * The throughput divided by that of another target. The ratio is computed per round, because other load on the machine
 * affects both targets in the same round.
 *
 * @returns undefined without rounds that both targets completed
 */
export function ratioOf(runs: readonly Run[], other: Measured | undefined): Spread | undefined {
  const ratios = runs.flatMap((run, round) => {
    const otherRun = other?.runs[round];
    return otherRun === undefined || otherRun.requests === 0 ? [] : [rateOf(run) / rateOf(otherRun)];
  });
  return ratios.length === 0 ? undefined : spreadOf(ratios);
}

/** Returns the runs of the target with this name. */
export function measuredOf({ measured }: Figures, name: string): Measured | undefined {
  return measured.find(({ target }) => target.name === name);
}
