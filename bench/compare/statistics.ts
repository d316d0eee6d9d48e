import type { Figures, Measured, Run } from './measure.ts';

/** The middle of some values and how far they lie apart. */
export type Spread = { median: number; min: number; max: number };

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

export function rateOf({ requests, seconds }: Run): number {
  return requests / seconds;
}

/** Throughput beside another target's: of each round by itself, because whatever else a machine does hits both alike. */
export function ratioOf(runs: readonly Run[], other: Measured | undefined): Spread | undefined {
  const ratios = runs.flatMap((run, round) => {
    const beside = other?.runs[round];
    return beside === undefined || beside.requests === 0 ? [] : [rateOf(run) / rateOf(beside)];
  });
  return ratios.length === 0 ? undefined : spreadOf(ratios);
}

export function measuredOf({ measured }: Figures, name: string): Measured | undefined {
  return measured.find(({ target }) => target.name === name);
}
