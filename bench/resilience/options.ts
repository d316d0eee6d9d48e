import { parseArgs } from 'node:util';

export const parts = ['cost', 'brown-out', 'dead'] as const;
export type Part = (typeof parts)[number];

export type Options = {
  parts: readonly Part[];
  /** Of the cost: rounds, and how long each gateway has its turn in one. */
  rounds: number;
  costSeconds: number;
  /** How long the upstream is ill, and dead. */
  brownOutSeconds: number;
  deadSeconds: number;
  /** Where the results go; nowhere but to the terminal when undefined. */
  output: string | undefined;
};

export const usage = `Usage: npm run bench:resilience -- [--only ${parts.join('|')}] [--rounds 5] [--seconds <n>] [--output results.md]
--seconds replaces 3 s for each turn of the cost, 60 s of brown-out and 20 s of death.
Without any it takes six minutes and writes bench/RESILIENCE.md.`;

/** @throws {Error} for what is no option */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      rounds: { type: 'string', default: '5' },
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
    rounds: toInteger('rounds', values.rounds),
    costSeconds: secondsOr(3),
    brownOutSeconds: secondsOr(60),
    deadSeconds: secondsOr(20),
    output: values.output ?? (args.length === 0 ? 'bench/RESILIENCE.md' : undefined),
  };
}

function toInteger(option: string, text: string): number {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (value < 1) throw new Error(`--${option} takes whole numbers from 1`);
  return value;
}
