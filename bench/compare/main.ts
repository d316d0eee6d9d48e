// Contactgraph beside its peers: npm run bench -- --help

import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Figures, measure } from './measure.ts';
import { readSelection, type Selection, usage } from './options.ts';
import { generatorCore } from './pinned-process.ts';
import { report } from './report.ts';
import { startUpstream } from './upstream.ts';
import { measureWorkers } from './workers.ts';
import { workersSection } from './workers-report.ts';

const repository = new URL('../../', import.meta.url);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

try {
  if (process.argv.includes('--help')) console.log(usage);
  else await run(readSelection(process.argv.slice(2)));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
  process.exitCode = 1;
}

async function run({ targets, workloads, rounds, seconds, warmUp, workers, output }: Selection): Promise<void> {
  if (availableParallelism() < 2) throw new Error('It takes two cores: one for what is measured, one for the rest.');
  need('sh', ['scripts/install-wrk.sh']);
  if (!existsSync(new URL('bench/peers/node_modules/', repository)))
    need('npm', ['ci', '--ignore-scripts', '--prefix', 'bench/peers']);
  spawnSync('taskset', ['-acp', generatorCore, String(process.pid)]); // out of the way of what is measured
  const [load = 0] = loadavg();

  await using upstream = await startUpstream();
  const figures: Figures[] = [];
  for (const workload of workloads) {
    figures.push(...(await measure(workload, { targets, rounds, seconds, warmUp, upstream })));
  }

  const beside = workers ? workersSection(await measureWorkers({ rounds, seconds, warmUp, upstream })) : '';
  const text = report(figures, { rounds, seconds, warmUp, load }) + beside;
  console.log(text);
  if (output !== undefined) {
    writeFileSync(new URL(output, repository), text);
    writeFileSync(new URL(output.replace(/(\.md)?$/, '.json'), repository), JSON.stringify(figures, undefined, 1));
  }
  // Whoever answers otherwise cannot be compared, and the table without it would look complete.
  if (figures.some(({ failed }) => failed.length > 0)) process.exitCode = 1;
}

function need(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { cwd: fileURLToPath(repository), stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} has failed.`);
}
