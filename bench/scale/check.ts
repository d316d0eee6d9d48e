import { readFileSync } from 'node:fs';
import { freePort, generatorCore, startPinnedProcess, targetCore } from '../compare/pinned-process.ts';
import { cpuOf, cpuOfEndedChildren, untilIdle } from '../compare/process-usage.ts';
import { isServing } from '../compare/requests.ts';
import { spreadOf } from '../compare/statistics.ts';
import { targets } from '../compare/targets.ts';
import { startUpstream, type Upstream } from '../compare/upstream.ts';
import { createGenerator } from '../compare/wrk.ts';
import { row } from '../format.ts';
import type { Measured, ReadCost } from './measured.ts';
import { type RedisServer, startRedis } from './redis-server.ts';
import { simulate } from './simulation.ts';
import { type LoadOptions, workloadOf } from './workload-cost.ts';

/** A run of some processes beside what the simulation predicts for it. */
type Run = { rate: number; cpuMs: number; predictedRate: number };

/** Runs W1 with one, two and four processes, and returns a table with the prediction, the run, and the error. */
export async function checkSimulation(measured: Measured, options: LoadOptions): Promise<string> {
  await using upstream = await startUpstream();
  const cost = measured.reads.W1;
  const rows: string[] = [];
  for (const workers of [1, 2, 4]) {
    await using redis = await startRedis();
    const runs = await runWorkers(workers, cost, upstream, redis, options);
    const [rate, predicted, cpu] = (['rate', 'predictedRate', 'cpuMs'] as const).map(
      (key) => spreadOf(runs.map((run) => run[key])).median,
    ) as [number, number, number]; // There is one value for each key.
    const predictedCpu = cost.cpuMsWithValkey.median;
    const error = (expected: number, actual: number) => `${(((expected - actual) / actual) * 100).toFixed(0)} %`;
    const errors = runs.map((run) => ((run.predictedRate - run.rate) / run.rate) * 100);
    const { min, max } = spreadOf(errors);
    const range = `${min.toFixed(0)} to ${max.toFixed(0)} %`;
    const rates = [predicted.toFixed(0), rate.toFixed(0), `${error(predicted, rate)} (${range})`];
    rows.push(row(`${workers}`, ...rates, predictedCpu.toFixed(2), cpu.toFixed(2), error(predictedCpu, cpu)));
    console.error(rows.at(-1));
  }
  const head = [
    'processes',
    'requests/s, predicted',
    'run',
    'error',
    'CPU of a request, predicted, ms',
    'run',
    'error',
  ];
  return [row(...head), row(...head.map(() => '---')), ...rows].join('\n');
}

async function runWorkers(
  workers: number,
  cost: ReadCost,
  upstream: Upstream,
  redis: RedisServer,
  { rounds, seconds, warmUp, connections }: LoadOptions,
): Promise<readonly Run[]> {
  const { workload } = workloadOf('W1');
  const [target] = targets;
  await using stack = new AsyncDisposableStack();
  using generator = createGenerator(workload);
  const port = await freePort();
  const { pid } = stack.use(
    await startPinnedProcess({
      ...{ name: 'scale-check', core: workers === 1 ? targetCore : `${targetCore},${generatorCore}`, port },
      args: [target?.script ?? ''],
      env: {
        ...{ PORT: String(port), UPSTREAM_URL: upstream.url, VALKEY_URL: redis.url, WORKERS: String(workers) },
        ...{ ...target?.env?.(workload), CALLS_PER_MINUTE: '0' },
      },
      isReady: () => isServing(port),
    }),
  );
  await upstream.prepare(0);
  await generator.run(port, connections, warmUp * workers);
  const runs: Run[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await untilIdle(pid);
    const restOf = async () => cpuOf(upstream.pid) + cpuOfEndedChildren() + (await redis.usage()).cpuMs;
    const before = { gateway: cpuOf(pid), rest: await restOf(), busy: busyCores(), at: performance.now() };
    const { requests, seconds: took } = await generator.run(port, connections, seconds);
    const elapsed = performance.now() - before.at;
    const gateway = cpuOf(pid) - before.gateway;
    const rest = (await restOf()) - before.rest;
    const busy = busyCores().map((ms, core) => ms - (before.busy[core] ?? 0));
    const [first = 0, second = 0] = busy;
    const others =
      workers === 1
        ? [first - gateway, second - rest]
        : [first, second].map(() => (first + second - gateway - rest) / 2);
    const cores = others.map((ms) => Math.min(1, Math.max(0.05, 1 - ms / elapsed)));
    runs.push({
      rate: requests / took,
      cpuMs: gateway / requests,
      predictedRate: predict(workers, cost, cores, connections),
    });
  }
  return runs;
}

/** Predicts the requests a second of so many processes from the cost of one. */
function predict(workers: number, cost: ReadCost, cores: readonly number[], connections: number): number {
  const gateways = Array.from({ length: workers }, (_, index) => `gateway ${index}`);
  const first = Number(targetCore);
  const second = Number(generatorCore);
  const half = { processes: gateways, ms: cost.cpuMsWithValkey.median / 2 };
  const client = { processes: ['client'], ms: cost.clientCpuMs / 2 };
  return simulate({
    ...{ cores, connections, seconds: 3 },
    processes: [
      ...gateways.map((name) => ({ name, cores: workers === 1 ? [first] : [first, second] })),
      ...['client', 'upstream', 'Valkey'].map((name) => ({ name, cores: [second] })),
    ],
    steps: [
      client,
      half,
      { processes: ['Valkey'], ms: cost.valkey.cpuMs },
      { processes: ['upstream'], ms: cost.upstreamCpuMs },
      half,
      client,
    ],
  });
}

/** Returns for how many ms each core has been busy since the system started. */
function busyCores(): number[] {
  const lines = readFileSync('/proc/stat', 'utf8').match(/^cpu\d+ .*$/gm) ?? [];
  return lines.map((line) => {
    const [user = 0, nice = 0, system = 0, , , irq = 0, soft = 0, steal = 0] = line.split(' ').slice(1).map(Number);
    return (user + nice + system + irq + soft + steal) * 10;
  });
}
