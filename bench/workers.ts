// Measures what several workers do beside a single process: npm run bench:workers -- --help

import { spawn } from 'node:child_process';
import { loadavg } from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { runScript, toInteger } from './command-line.ts';
import { freePort, generatorCore, startPinnedProcess, targetCore } from './compare/pinned-process.ts';
import { cpuOf, memoryOf, untilIdle } from './compare/process-usage.ts';
import { isServing } from './compare/requests.ts';
import { spreadOf } from './compare/statistics.ts';
import { targets } from './compare/targets.ts';
import { startUpstream } from './compare/upstream.ts';
import { workloads } from './compare/workloads.ts';
import { createGenerator } from './compare/wrk.ts';
import { describeMachine } from './machine.ts';

const usage = `Usage: npm run bench:workers -- [--rounds 5] [--seconds 5] [--connections 64]
Sends W1, a contact with its branches, to a single process without and with Valkey, and to two workers, by turns. Prints
the median of the requests a second, of the CPU time of all their processes for one request, and of their resident memory.
The single process has one core, the workers have both; the upstream, Redis and the load generator share the second one, so
that two workers cannot do twice as much: divide the cores of a machine by the CPU time for what it can do.`;

await runScript(usage, async (args) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '64' },
    },
  });
  const [seconds, connections] = [toInteger('seconds', values.seconds), toInteger('connections', values.connections)];
  const [load = 0] = loadavg();
  const [workload] = workloads;
  const [target] = targets;
  if (workload === undefined || target === undefined) throw new Error('There is no workload.');
  await using stack = new AsyncDisposableStack();
  using generator = createGenerator(workload);
  const upstream = stack.use(await startUpstream());
  const redisPort = await freePort();
  const redis = spawn('taskset', ['-c', generatorCore, 'redis-server', '--port', String(redisPort), '--save', '']);
  stack.defer(() => void redis.kill());
  process.once('exit', () => redis.kill());
  const valkey = { VALKEY_URL: `redis://127.0.0.1:${redisPort}` };
  const start = async (name: string, core: string, env: Record<string, string>) => {
    const port = await freePort();
    const isReady = () => isServing(port);
    const base = { PORT: String(port), UPSTREAM_URL: upstream.url, LOG_LEVEL: 'warn', ...target.env?.(workload) };
    const pinned = { ...{ name, core, args: [target.script], port, isReady }, env: { ...base, ...env } };
    return { name, ...stack.use(await startPinnedProcess(pinned)), runs: [] as Run[] };
  };
  const groups = [
    await start('one process', targetCore, {}),
    await start('one process with Valkey', targetCore, valkey),
    await start('two workers', `${targetCore},${generatorCore}`, { ...valkey, WORKERS: '2' }),
  ];
  await upstream.prepare(0);
  // The first round lets the JIT compile the code, and is not reported.
  for (let round = 0; round <= toInteger('rounds', values.rounds); round += 1) {
    for (const { pid, port, runs } of groups) {
      const before = cpuOf(pid);
      const { requests, seconds: took } = await generator.run(port, connections, seconds);
      await untilIdle(pid);
      const run = {
        rate: requests / took,
        cpuMs: (cpuOf(pid) - before) / requests,
        megabytes: memoryOf(pid) / 2 ** 20,
      };
      if (round > 0) runs.push(run);
    }
    console.error(`Round ${round} of ${values.rounds} is done.`);
  }
  console.log(`${describeMachine()}. The load average was ${load.toFixed(1)} at the start.\n`);
  console.log('| | requests/s | CPU of a request, ms | MB |\n|---|---|---|---|');
  for (const { name, runs } of groups) {
    const median = (key: keyof Run) => spreadOf(runs.map((run) => run[key])).median;
    console.log(
      `| ${name} | ${median('rate').toFixed(0)} | ${median('cpuMs').toFixed(2)} | ${median('megabytes').toFixed(0)} |`,
    );
  }
});

type Run = { rate: number; cpuMs: number; megabytes: number };
