import { parseArgs } from 'node:util';
import { toInteger } from '../command-line.ts';
import { type Target, targets } from './targets.ts';
import { type Cell, type Workload, workloads } from './workloads.ts';

/** The options of the bench. */
export type BenchOptions = {
  targets: readonly Target[];
  workloads: readonly Workload[];
  rounds: number;
  /** Duration of each run. */
  seconds: number;
  /** Seconds of load before the first run of each target and workload, with the connections of the first cell. */
  warmUp: number;
  /** Whether two workers are compared with one as well. */
  workers: boolean;
  /** The file for the results; undefined for the terminal only. */
  output: string | undefined;
};

/** The text of `--help`. */
export const usage = `Usage: npm run bench -- [--targets contactgraph,floor] [--workloads W1,W2] [--rounds 3] [--seconds 3]
  [--warm-up 8] [--connections 1,64] [--latency 0,20] [--workers] [--output results.md]
Targets:   ${targets.map(({ name }) => name).join(', ')}
Workloads: ${workloads.map(({ name }) => name).join(', ')}
Without options it writes bench/RESULTS.md.`;

/** Parses the command line. @throws {Error} for an unknown option or an invalid value */
export function readOptions(args: readonly string[]): BenchOptions {
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
  const customCells = cellsOf(values.connections, values.latency);
  return {
    targets: selectByName('targets', targets, values.targets),
    workloads: selectByName('workloads', workloads, values.workloads).map((workload) => ({
      ...workload,
      cells: customCells ?? workload.cells,
    })),
    rounds: toInteger('rounds', values.rounds),
    seconds: toInteger('seconds', values.seconds),
    warmUp: toInteger('warm-up', values['warm-up']),
    workers: values.workers,
    output: values.output ?? (args.length === 0 ? 'bench/RESULTS.md' : undefined),
  };
}

function selectByName<T extends { name: string }>(
  option: string,
  all: readonly T[],
  names: string | undefined,
): readonly T[] {
  if (names === undefined) return all;
  return names.split(',').map((name) => {
    const found = all.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (found === undefined) throw new Error(`--${option} takes ${all.map((each) => each.name).join(', ')}`);
    return found;
  });
}

/** Combines every number of connections with every latency; undefined when neither option is set. */
function cellsOf(connections: string | undefined, latency: string | undefined): readonly Cell[] | undefined {
  if (connections === undefined && latency === undefined) return undefined;
  return (latency ?? '0,20').split(',').flatMap((ms) =>
    (connections ?? '1,64').split(',').map((count) => ({
      connections: toInteger('connections', count),
      latencyMs: toInteger('latency', ms, 0),
    })),
  );
}
