// Measures Contactgraph and its peers: npm run bench -- --help

import { existsSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { runScript } from '../command-line.ts';
import { prepareMachine, repository, runCommand } from '../machine.ts';
import { type Figures, measure } from './measure.ts';
import { type BenchOptions, readOptions, usage } from './options.ts';
import { report } from './report.ts';
import { startUpstream } from './upstream.ts';
import { measureWorkers } from './workers.ts';
import { workersSection } from './workers-report.ts';

await runScript(usage, (args) => run(readOptions(args)));

async function run({ targets, workloads, rounds, seconds, warmUp, workers, output }: BenchOptions): Promise<void> {
  const load = prepareMachine();
  if (!existsSync(new URL('bench/peers/node_modules/', repository)))
    runCommand('npm', ['ci', '--ignore-scripts', '--prefix', 'bench/peers']);

  await using upstream = await startUpstream();
  const figures: Figures[] = [];
  for (const workload of workloads) {
    figures.push(...(await measure(workload, { targets, rounds, seconds, warmUp, upstream })));
  }

  const workersText = workers ? workersSection(await measureWorkers({ rounds, seconds, warmUp, upstream })) : '';
  const text = report(figures, { rounds, seconds, warmUp, load }) + workersText;
  console.log(text);
  if (output !== undefined) {
    writeFileSync(new URL(output, repository), text);
    writeFileSync(new URL(output.replace(/(\.md)?$/, '.json'), repository), JSON.stringify(figures, undefined, 1));
  }
  // The table does not show targets that failed, so the exit code has to.
  if (figures.some(({ failed }) => failed.length > 0)) process.exitCode = 1;
}
