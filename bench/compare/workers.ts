import { freePort, type PinnedProcess, startPinnedProcess, targetCore } from './pinned-process.ts';
import { cpuOf, untilIdle } from './process-usage.ts';
import { createQuota } from './quota.ts';
import { isServing } from './requests.ts';
import { type Target, targets } from './targets.ts';
import type { Upstream } from './upstream.ts';
import { type Workload, workloads } from './workloads.ts';
import { createGenerator } from './wrk.ts';

/** Requests a second of one worker and of two, and the shares of a core that the three workers used. */
export type WorkersRun = { rates: [number, number]; shares: [number, number, number] };

/** The options of `measureWorkers`. */
export type WorkersOptions = { rounds: number; seconds: number; warmUp: number; upstream: Upstream };

/** The share of a core that each worker gets. Two workers leave a part of the core to other processes. */
export const share = 0.4;

/** The number of connections per worker, so that all workers hold the same number of requests. */
export const connections = 32;

/**
 * Measures how much a second worker on the same port (`REUSE_PORT`) adds. Two cores are not enough for two gateways, the
 * upstream and the load generator, so each worker is limited to a share of one core.
 *
 * @returns a result for each round; undefined when quotas are not available
 */
export async function measureWorkers({ rounds, seconds, warmUp, upstream }: WorkersOptions) {
  const [workload] = workloads;
  const [target] = targets;
  if (workload === undefined || target === undefined) return undefined;
  await using stack = new AsyncDisposableStack();
  using generator = createGenerator(workload);
  const start = async (name: string, port: number) => {
    const quota = createQuota(name, share);
    if (quota === undefined) return undefined;
    stack.use(quota);
    const worker = stack.use(await startWorker({ name, port, target, workload, upstream }));
    quota.addProcess(worker.pid);
    return worker;
  };
  const [port, sharedPort] = [await freePort(), await freePort()];
  const workers = [await start('alone', port), await start('first', sharedPort), await start('second', sharedPort)];
  const [alone, first, second] = workers;
  if (alone === undefined || first === undefined || second === undefined) return undefined;

  const load = async (group: readonly PinnedProcess[], length: number) => {
    const before = group.map(({ pid }) => cpuOf(pid));
    const began = performance.now();
    const { requests, seconds: took } = await generator.run(group[0]?.port ?? 0, connections * group.length, length);
    const elapsed = performance.now() - began;
    const shares = group.map(({ pid }, n) => (cpuOf(pid) - (before[n] ?? 0)) / elapsed);
    for (const { pid } of group) await untilIdle(pid);
    return { rate: requests / took, shares };
  };
  await upstream.prepare(0);
  const groups = [[alone], [first, second]];
  for (const group of groups) await load(group, Math.ceil(warmUp / share));
  const runs: WorkersRun[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const [one, two] = [await load([alone], seconds), await load([first, second], seconds)];
    const shares = [...one.shares, ...two.shares] as WorkersRun['shares']; // There are three values: those of one worker, and those of two workers.
    runs.push({ rates: [one.rate, two.rate], shares });
    console.error(
      `round ${round}, workers: ${one.rate.toFixed(0)}/s, ${two.rate.toFixed(0)}/s, of a core ${shares.map((each) => each.toFixed(2))}`,
    );
  }
  return runs;
}

type WorkerOptions = { name: string; port: number; target: Target; workload: Workload; upstream: Upstream };

function startWorker({ name, port, target, workload, upstream }: WorkerOptions): Promise<PinnedProcess> {
  return startPinnedProcess({
    ...{ name, core: targetCore, args: [target.script], port },
    env: { PORT: String(port), REUSE_PORT: 'true', UPSTREAM_URL: upstream.url, ...target.env?.(workload) },
    isReady: () => isServing(port),
  });
}
