import { parseArgs } from 'node:util';
import { cacheKinds } from './cache-kinds.ts';
import { documentKinds } from './document-kinds.ts';
import type { HeapLimits } from './gateway-process.ts';
import type { SoakKind } from './kind.ts';

/** The text of `--help`. */
export const usage = `Use: npm run soak:documents -- [--caches] [--kinds "syntax error,aliases"] [--token with|without|both]
  [--count 500000] [--heap 128] [--semi-space 8] [--connections 32] [--growth 20] [--peak 2]
Kinds of documents: ${documentKinds.map(({ name }) => name).join(', ')}
Kinds with --caches: ${cacheKinds.map(({ name }) => name).join(', ')}`;

/** The options of the soak test. */
export type SoakOptions = {
  readonly kinds: readonly SoakKind[];
  /** Whether requests carry an accepted token, for each run of a kind. */
  readonly tokens: readonly boolean[];
  readonly count: number;
  readonly memory: HeapLimits;
  readonly connections: number;
  /** The allowed growth of resident memory after the first requests, in MB. */
  readonly growth: number;
  /** The allowed quotient of the highest resident memory and the idle one. */
  readonly peak: number;
};

/** Parses the command line. @throws {Error} for an unknown option, kind or value */
export function readOptions(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      caches: { type: 'boolean', default: false },
      kinds: { type: 'string' },
      token: { type: 'string' },
      count: { type: 'string', default: '500000' },
      heap: { type: 'string', default: '128' },
      'semi-space': { type: 'string', default: '8' },
      connections: { type: 'string', default: '32' },
      growth: { type: 'string', default: '20' },
      peak: { type: 'string', default: '2' },
    },
  });
  const all = values.caches ? cacheKinds : documentKinds;
  return {
    kinds: values.kinds?.split(',').map((name) => kindOf(name.trim(), all)) ?? all,
    tokens: toTokens(values.token ?? (values.caches ? 'with' : 'both')),
    count: toInteger('count', values.count),
    memory: { heap: toInteger('heap', values.heap), semiSpace: toInteger('semi-space', values['semi-space']) },
    connections: toInteger('connections', values.connections),
    growth: toInteger('growth', values.growth),
    peak: toInteger('peak', values.peak),
  };
}

function kindOf(name: string, kinds: readonly SoakKind[]): SoakKind {
  const kind = kinds.find((each) => each.name === name);
  if (kind === undefined) throw new Error('--kinds takes names of kinds, with commas');
  return kind;
}

function toTokens(value: string): readonly boolean[] {
  if (value === 'both') return [false, true];
  if (value === 'with' || value === 'without') return [value === 'with'];
  throw new Error('--token takes with, without or both');
}

function toInteger(name: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} takes a whole number from 1`);
  return Number(text);
}
