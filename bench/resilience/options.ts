import { parseArgs } from 'node:util';
import { toInteger } from '../command-line.ts';

/** The parts of the bench. */
export const parts = ['cost', 'brown-out', 'outage', 'limiter'] as const;
/** The name of a part. */
export type Part = (typeof parts)[number];

/** The options of the bench. */
export type Options = {
  parts: readonly Part[];
  /** The number of rounds of the cost, and the duration of each run. */
  rounds: number;
  costSeconds: number;
  /** The duration of the brown-out, and of the outage. */
  brownOutSeconds: number;
  outageSeconds: number;
  /** The rounds of the limiter's patterns, and the duration of each. */
  limiterRounds: number;
  limiterSeconds: number;
  /** The file for the results; undefined for the terminal only. */
  output: string | undefined;
};

/** The text of `--help`. */
export const usage = `Usage: npm run bench:resilience -- [--only ${parts.join('|')}] [--rounds 5] [--seconds <n>] [--output results.md]
--seconds replaces 3 s for each run of the cost, 60 s of brown-out, 20 s of outage and 12 s for each pattern of the limiter, and
--rounds replaces 5 rounds of the cost and 2 of the patterns.
Without options it takes a quarter of an hour, of which the patterns take nine minutes, and writes bench/RESILIENCE.md.`;

/** Parses the command line. @throws {Error} for an unknown option or an invalid value */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      output: { type: 'string' },
    },
  });
  const { only, seconds } = values;
  const selected = parts.filter((part) => only === undefined || part === only);
  if (selected.length === 0) throw new Error(`--only takes one of ${parts.join(', ')}`);
  const secondsOr = (standard: number) => (seconds === undefined ? standard : toInteger('seconds', seconds));
  return {
    parts: selected,
    rounds: toInteger('rounds', values.rounds ?? '5'),
    costSeconds: secondsOr(3),
    brownOutSeconds: secondsOr(60),
    outageSeconds: secondsOr(20),
    limiterRounds: toInteger('rounds', values.rounds ?? '2'),
    limiterSeconds: secondsOr(12),
    output: values.output ?? (args.length === 0 ? 'bench/RESILIENCE.md' : undefined),
  };
}
