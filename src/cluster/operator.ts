import type { MetricsConfig } from '../config/metrics.ts';
import type { Log } from '../log.ts';
import type { HealthReport } from '../metrics/health-report.ts';
import { addTotals, mergeMetrics, type ProcessMetrics } from '../metrics/merge.ts';
import { type OperatorServer, startOperatorServer } from '../metrics/operator-server.ts';
import { createWorkerMetrics } from '../metrics/worker-metrics.ts';
import type { WorkerSlot } from './worker-slot.ts';

/** The totals of the workers that have ended. */
export type EndedWorkers = {
  /** Adds the last metrics of a worker, if it has sent some. */
  add(metrics: ProcessMetrics | undefined): void;
  totals(): ProcessMetrics;
};

/** Creates the totals of workers, none of which has ended. */
export function createEndedWorkers(): EndedWorkers {
  let totals: ProcessMetrics = [];
  return {
    add(metrics = []) {
      totals = addTotals(totals, metrics);
    },
    totals: () => totals,
  };
}

/**
 * Starts the server of `METRICS_PORT` in the primary process: it shows the metrics of all workers together, and the health of each.
 *
 * @throws {Error} of Node when the address cannot be listened on
 */
export async function startOperator(
  { host, port }: MetricsConfig,
  slots: readonly WorkerSlot[],
  ended: EndedWorkers,
  log: Log,
): Promise<OperatorServer> {
  const own = createWorkerMetrics(() => slots.reduce((sum, { restarts }) => sum + restarts(), 0));
  const server = await startOperatorServer(host, port, {
    async readMetrics() {
      // Both are read in the same moment: a worker that ends during the questions must not count twice.
      const totals = ended.totals();
      const workers = slots.flatMap(({ running }) => [...running]);
      const metrics = await Promise.all(
        workers.map(async (worker) => (await worker.ask('metrics')) ?? worker.lastMetrics() ?? []),
      );
      return mergeMetrics([...metrics, totals, await own.readJson()]);
    },
    readHealth: async () => mergeHealth(await Promise.all(slots.map(readHealthOf))),
  });
  log.info({ url: server.url }, 'metrics and the health report are served');
  return server;
}

async function readHealthOf({ number, restarts, current }: WorkerSlot) {
  const worker = current();
  const reason = worker === undefined ? 'it has ended, and another one is started' : 'it does not answer';
  const health = (await worker?.ask('health')) ?? { status: 'failing' as const, reasons: [reason] };
  return { worker: number, pid: worker?.pid, restarts: restarts(), ...health };
}

/** A gateway fails when all of its workers do, and is degraded while one is not well. */
function mergeHealth(workers: Awaited<ReturnType<typeof readHealthOf>>[]): HealthReport {
  const ok = workers.every(({ status }) => status === 'ok');
  const failing = workers.every(({ status }) => status === 'failing');
  return {
    status: failing ? 'failing' : ok ? 'ok' : 'degraded',
    reasons: workers.flatMap(({ worker, reasons }) => reasons.map((reason) => `worker ${worker}: ${reason}`)),
    workers,
  };
}
