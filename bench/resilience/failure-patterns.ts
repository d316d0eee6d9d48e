import { integerBelow, type Random } from '../../emulator/data/random.ts';

/** What the upstream does with a call: the status of its response and the time until then, in ms; or no response at all. */
export type Outcome = { status: 200 | 503; ms: number } | 'hang';

/** A kind of failure. `outcomeOf` gets a percentile from 0 to 99 of the call, and the time since the failure began, in ms. */
type FailurePattern = {
  readonly title: string;
  outcomeOf(percentile: number, random: Random, sinceMs: number): Outcome;
};

const after = (ms: number): Outcome => ({ status: 200, ms });
const quick = (random: Random): Outcome => after(15 + integerBelow(random, 11));
const refused: Outcome = { status: 503, ms: 0 };

/** The patterns of hanging, slow, failing and mixed upstreams. Calls without another outcome are answered after 15 to 25 ms. */
export const failurePatterns = {
  'tenth-hang': {
    title: 'a tenth of the calls hang',
    outcomeOf: (percentile, random) => (percentile < 10 ? 'hang' : quick(random)),
  },
  'half-hang': {
    title: 'half of the calls hang',
    outcomeOf: (percentile, random) => (percentile < 50 ? 'hang' : quick(random)),
  },
  'most-hang': {
    title: '90 % of the calls hang',
    outcomeOf: (percentile, random) => (percentile < 90 ? 'hang' : quick(random)),
  },
  pauses: {
    title: 'all calls hang that are sent in 2 s of each 8 s',
    outcomeOf: (_, random, sinceMs) => (sinceMs % 8_000 > 6_000 ? 'hang' : quick(random)),
  },
  slow: { title: 'all calls take 2 s', outcomeOf: () => after(2_000) },
  'third-slow': {
    title: 'a third of the calls take 2.5 s',
    outcomeOf: (percentile, random) => (percentile < 33 ? after(2_500) : quick(random)),
  },
  'half-refused': {
    title: 'half of the calls get a 503 at once, the others take 0.5 to 1.5 s',
    outcomeOf: (percentile, random) => (percentile < 50 ? refused : after(500 + integerBelow(random, 1_001))),
  },
  'late-refusals': {
    title: '30 % of the calls get a 503 after 2 s',
    outcomeOf: (percentile, random) => (percentile < 30 ? { status: 503, ms: 2_000 } : quick(random)),
  },
  'hang-and-refused': {
    title: '30 % of the calls hang, 30 % get a 503',
    outcomeOf(percentile, random) {
      if (percentile < 30) return 'hang';
      return percentile < 60 ? refused : quick(random);
    },
  },
  mixed: {
    title: '20 % of the calls hang, 20 % get a 503, 20 % take 1.5 s',
    outcomeOf(percentile, random) {
      if (percentile < 20) return 'hang';
      if (percentile < 40) return refused;
      return percentile < 60 ? after(1_500) : quick(random);
    },
  },
} as const satisfies Record<string, FailurePattern>;

/** The name of a pattern. */
export type PatternName = keyof typeof failurePatterns;

/** Returns the pattern of that name; undefined if there is none. */
export function findPattern(name: string): FailurePattern | undefined {
  return Object.entries(failurePatterns).find(([each]) => each === name)?.[1];
}
