// What the guards on the way to the upstream cost, and what they are good for: npm run bench:resilience -- --help

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { generatorCore } from './compare/pinned-process.ts';
import { measureBrownOut } from './resilience/brown-out.ts';
import { measureCost } from './resilience/cost.ts';
import { type Options, readOptions, usage } from './resilience/options.ts';
import { measureDead } from './resilience/outage.ts';
import { type Figures, report } from './resilience/report.ts';

const repository = new URL('../', import.meta.url);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

try {
  if (process.argv.includes('--help')) console.log(usage);
  else await run(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
  process.exitCode = 1;
}

async function run(options: Options): Promise<void> {
  if (availableParallelism() < 2) throw new Error('It takes two cores: one for what is measured, one for the rest.');
  const { status } = spawnSync('sh', ['scripts/install-wrk.sh'], { cwd: fileURLToPath(repository), stdio: 'inherit' });
  if (status !== 0) throw new Error('There is no wrk.');
  spawnSync('taskset', ['-acp', generatorCore, String(process.pid)]); // out of the way of what is measured
  const [load = 0] = loadavg();
  const text = report(await measure(options), options, load);
  console.log(text);
  if (options.output !== undefined) writeFileSync(new URL(options.output, repository), text);
}

async function measure({ parts, rounds, costSeconds, brownOutSeconds, deadSeconds }: Options): Promise<Figures> {
  return {
    ...(parts.includes('cost') && { cost: await measureCost({ rounds, seconds: costSeconds }) }),
    ...(parts.includes('brown-out') && { brownOut: await measureBrownOut({ seconds: brownOutSeconds }) }),
    ...(parts.includes('dead') && { dead: await measureDead({ seconds: deadSeconds }) }),
  };
}
