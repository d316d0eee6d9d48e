// Measures the cost and the effect of the resilience policies of upstream calls: npm run bench:resilience -- --help

import { writeFileSync } from 'node:fs';
import { runScript } from './command-line.ts';
import { prepareMachine, repository } from './machine.ts';
import { measureBrownOut } from './resilience/brown-out.ts';
import { measureCost } from './resilience/cost.ts';
import { measureLimiterPatterns } from './resilience/limiter-patterns.ts';
import { type Options, readOptions, usage } from './resilience/options.ts';
import { measureOutage } from './resilience/outage.ts';
import { type Figures, report } from './resilience/report.ts';

await runScript(usage, (args) => run(readOptions(args)));

async function run(options: Options): Promise<void> {
  const load = prepareMachine();
  const text = report(await measure(options), options, load);
  console.log(text);
  if (options.output !== undefined) writeFileSync(new URL(options.output, repository), text);
}

async function measure(options: Options): Promise<Figures> {
  const { parts, rounds, costSeconds, brownOutSeconds, outageSeconds, limiterRounds, limiterSeconds } = options;
  const limiterOptions = { rounds: limiterRounds, seconds: limiterSeconds };
  return {
    ...(parts.includes('cost') && { cost: await measureCost({ rounds, seconds: costSeconds }) }),
    ...(parts.includes('brown-out') && { brownOut: await measureBrownOut({ seconds: brownOutSeconds }) }),
    ...(parts.includes('outage') && { outage: await measureOutage({ seconds: outageSeconds }) }),
    ...(parts.includes('limiter') && { limiter: await measureLimiterPatterns(limiterOptions) }),
  };
}
