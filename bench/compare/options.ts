import { parseArgs } from 'node:util';
import { type Target, targets } from './targets.ts';
import { type Cell, type Workload, workloads } from './workloads.ts';

/** What of the bench to run. */
export type Selection = {
  targets: readonly Target[];
  workloads: readonly Workload[];
  rounds: number;
  /** How long each run takes. */
  seconds: number;
  /** How many seconds each target is warmed up for a workload, with the load of its first cell. */
  warmUp: number;
  /** Whether two workers are compared with one, too. */
  workers: boolean;
  /** Where the results go; nowhere but to the terminal when undefined. */
  output: string | undefined;
};

export const usage = `Usage: npm run bench -- [--targets contactgraph,floor] [--workloads W1,W2] [--rounds 3] [--seconds 3]
  [--warm-up 8] [--connections 1,64] [--latency 0,20] [--workers] [--output results.md]
Targets:   ${targets.map(({ name }) => name).join(', ')}
Workloads: ${workloads.map(({ name }) => name).join(', ')}
Without any it writes bench/RESULTS.md.`;

/** @throws {Error} for what is no option */
export function readSelection(args: readonly string[]): Selection {
  const { values } = parseArgs({
    args: [...args],
    options: {
      targets: { type: 'string' },
      workloads: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '3' },
      'warm-up': { type: 'string', default: '8' },
      connections: { type: 'string' },
      latency: { type: 'string' },
      workers: { type: 'boolean', default: args.length === 0 },
      output: { type: 'string' },
    },
  });
  const cells = cellsOf(values.connections, values.latency);
  return {
    targets: named('targets', targets, values.targets),
    workloads: named('workloads', workloads, values.workloads).map((workload) => ({
      ...workload,
      cells: cells ?? workload.cells,
    })),
    rounds: toInteger('rounds', values.rounds),
    seconds: toInteger('seconds', values.seconds),
    warmUp: toInteger('warm-up', values['warm-up']),
    workers: values.workers,
    output: values.output ?? (args.length === 0 ? 'bench/RESULTS.md' : undefined),
  };
}

function named<T extends { name: string }>(option: string, all: readonly T[], given: string | undefined): readonly T[] {
  if (given === undefined) return all;
  return given.split(',').map((name) => {
    const found = all.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (found === undefined) throw new Error(`--${option} takes ${all.map((each) => each.name).join(', ')}`);
    return found;
  });
}

/** Every number of connections with every latency; undefined when neither is given. */
function cellsOf(connections: string | undefined, latency: string | undefined): readonly Cell[] | undefined {
  if (connections === undefined && latency === undefined) return undefined;
  return (latency ?? '0,20').split(',').flatMap((ms) =>
    (connections ?? '1,64').split(',').map((count) => ({
      connections: toInteger('connections', count),
      latencyMs: toInteger('latency', ms, 0),
    })),
  );
}

function toInteger(option: string, text: string, min = 1): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min)) throw new Error(`--${option} takes whole numbers from ${min}`);
  return value;
}
