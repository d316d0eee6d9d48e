import { parseArgs } from 'node:util';
import { toInteger } from '../command-line.ts';
import { type Load, typicalLoad } from './model.ts';

/** What the command does: prints what a load needs, measures, or compares the simulation with runs. */
export type ScaleOptions = {
  action: 'model' | 'measure' | 'docs' | 'check';
  load: Load;
  rounds: number;
  seconds: number;
};

/** The text of `--help`. */
export const usage = `Usage: npm run bench:scale -- [--rps 1000] [--w2 2] [--w3 1] [--w4 2] [--cached 10] [--writes 2] [--latency 50]
  [--utilization 60] [--workers 4] [--contacts 100000000] [--no-valkey]
Prints what a load needs, and which limits it reaches first, from the figures in bench/scale/measured.json. Shares are in percent:
of W2, W3 and W4 among the reads, the rest of which is W1; of cached contacts in W1; of writes among the requests; of a core that a
process may use. The latency is that of an upstream call in ms.
  --measure  measures these figures, writes the file, and updates docs/scale.md; takes five minutes, with --rounds 3 --seconds 4 each
  --docs     only updates docs/scale.md
  --check    compares a simulation of one, two and four processes with runs of them`;

/** Parses the command line. @throws {Error} for an unknown option or an invalid value */
export function readOptions(args: readonly string[]): ScaleOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rps: { type: 'string', default: '1000' },
      w2: { type: 'string', default: '2' },
      w3: { type: 'string', default: '1' },
      w4: { type: 'string', default: '2' },
      cached: { type: 'string', default: '10' },
      writes: { type: 'string', default: '2' },
      latency: { type: 'string', default: '50' },
      utilization: { type: 'string', default: '60' },
      workers: { type: 'string', default: '4' },
      contacts: { type: 'string', default: '100000000' },
      'no-valkey': { type: 'boolean', default: false },
      measure: { type: 'boolean', default: false },
      docs: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '4' },
    },
  });
  const share = (option: 'w2' | 'w3' | 'w4' | 'cached' | 'writes' | 'utilization') => {
    const value = toInteger(option, values[option], 0);
    if (value > 100) throw new Error(`--${option} takes percent`);
    return value / 100;
  };
  const [w2, w3, w4, utilization] = [share('w2'), share('w3'), share('w4'), share('utilization')];
  if (w2 + w3 + w4 > 1) throw new Error('--w2, --w3 and --w4 are more than 100 percent together');
  if (utilization === 0) throw new Error('--utilization takes percent from 1');
  return {
    action: (['measure', 'docs', 'check'] as const).find((name) => values[name]) ?? 'model',
    load: {
      ...typicalLoad,
      requestsPerSecond: toInteger('rps', values.rps),
      mix: { W1: 1 - w2 - w3 - w4, W2: w2, W3: w3, W4: w4 },
      cachedShare: share('cached'),
      writeShare: share('writes'),
      upstreamLatencyMs: toInteger('latency', values.latency, 0),
      utilization,
      workers: toInteger('workers', values.workers),
      valkey: !values['no-valkey'],
      contacts: toInteger('contacts', values.contacts),
    },
    rounds: toInteger('rounds', values.rounds),
    seconds: toInteger('seconds', values.seconds),
  };
}
