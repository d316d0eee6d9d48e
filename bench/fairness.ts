// Measures what the worst operations of one caller do to others: npm run bench:fairness -- --help

import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { runScript, toInteger } from './command-line.ts';
import { generatorCore, targetCore } from './compare/pinned-process.ts';
import { startUpstream } from './compare/upstream.ts';
import { startGateway } from './cursors/processes.ts';
import type { LoopSample } from './fairness/loop-probe.ts';
import { type Round, report } from './fairness/report.ts';
import { createPhases } from './fairness/rounds.ts';
import { describeMachine } from './machine.ts';

const usage = `Usage: npm run bench:fairness -- [--rounds 5] [--seconds 10] [--profile FOLDER]
One caller has 20 operations pending at any time, each as expensive as the limits allow. Two clients, one of its
organization and one of another, request a contact with its branches 5 times a second. In each round they are measured
alone, and then beside the caller. The gateway runs in production mode on its own core; the upstream, with a latency of 20 ms,
and all clients share the other core.
  --profile FOLDER   the folder for a CPU profile of the gateway`;

const latencyMs = 20;

/** How long the caller sends its operations before the others are measured, so that its queues are full. */
const beforeMs = 3_000;

await runScript(usage, async (args) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '10' },
      profile: { type: 'string' },
    },
  });
  const [load = 0] = loadavg();
  pin(process.pid, generatorCore);
  await using upstream = await startUpstream();
  await upstream.prepare(latencyMs);
  await using gateway = await startGateway<LoopSample>(upstream.url, values.profile, 'bench/fairness/loop-probe.ts');
  pin(gateway.pid, targetCore);
  const { alone, beside } = createPhases(gateway, toInteger('seconds', values.seconds));
  // The first round lets the JIT compile the code, and is not reported.
  await alone();
  await beside(beforeMs);
  const rounds: Round[] = [];
  for (let n = 0; n < toInteger('rounds', values.rounds); n += 1) {
    rounds.push({ alone: await alone(), beside: await beside(beforeMs) });
    console.error(`Round ${n + 1} of ${values.rounds} is done.`);
  }
  console.log(`${describeMachine()}. The load average was ${load.toFixed(1)} at the start.\n\n${report(rounds)}`);
});

/** Moves a process with all of its threads to one core. */
function pin(pid: number, core: string): void {
  spawnSync('taskset', ['-acp', core, String(pid)]);
}
