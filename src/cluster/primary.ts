import cluster from 'node:cluster';
import type { MetricsConfig } from '../config/metrics.ts';
import type { Log } from '../log.ts';
import { forkWorker, type WorkerProcess } from './worker-process.ts';
import { createWorkerSlot, type WorkerSlot } from './worker-slot.ts';

/** The options of `startPrimary`. */
export type PrimaryOptions = {
  /** The number of workers. */
  workers: number;
  /** The path of the script that each worker runs, with the environment of this process. */
  script: string;
  /** After so many ms a worker that has to stop is ended at once. */
  stopWithinMs: number;
  /** Where the metrics of all workers are served; undefined if they are not. */
  metrics: MetricsConfig | undefined;
  log: Log;
};

/** The workers, all of which serve requests. */
export type Primary = {
  /** The URL that all workers serve. */
  url: string;
  /** Stops all workers at the same time, without losing a request. */
  stop(cause: { signal?: NodeJS.Signals }): Promise<void>;
  /** Replaces one worker after the other, without losing a request. The new ones read all files again. */
  reload(): Promise<void>;
};

/** The first workers cannot start: `problems` has one sentence for each reason. */
class WorkerStartError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super('A worker cannot start.');
    this.name = 'WorkerStartError';
    this.problems = problems;
  }
}

/**
 * Starts workers that share one port. This process accepts the connections and hands them to the workers in turn: measured
 * against the alternatives, this alone gives each worker as many connections as the others (ADR 36).
 *
 * @throws {WorkerStartError} when a worker cannot start; the others end with this process
 */
export async function startPrimary({ workers, script, stopWithinMs, metrics, log }: PrimaryOptions): Promise<Primary> {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  cluster.setupPrimary({ exec: script, args: [] });
  const operator = metrics && (await import('./operator.ts'));
  const ended = operator?.createEndedWorkers();
  const onEnd = (worker: WorkerProcess) => ended?.add(worker.lastMetrics());
  const slots = Array.from({ length: workers }, (_, index) =>
    createWorkerSlot({ number: index + 1, fork: forkWorker, onEnd, stopWithinMs, log }),
  );
  const url = await startAll(slots);
  const server = metrics && ended && (await operator?.startOperator(metrics, slots, ended, log));
  let lastRestart: Promise<void> = Promise.resolve();
  let isRestartWaiting = false;
  let isStopping = false;

  async function replaceAll(): Promise<void> {
    isRestartWaiting = false;
    log.info({ workers }, 'the workers are replaced one after the other');
    for (const slot of slots) {
      if (isStopping) return;
      const start = await slot.replace();
      if ('url' in start) continue;
      log.error(
        { problems: start.problems },
        'the other workers stay, because the one that would replace the next cannot start',
      );
      return;
    }
    log.info({ workers }, 'the workers were replaced');
  }

  return {
    url,
    async stop({ signal }) {
      isStopping = true;
      log.info({ workers, signal }, 'the workers stop');
      await Promise.all(slots.map((slot) => slot.stop()));
      await server?.close();
      log.info('the workers have stopped');
    },
    async reload() {
      // A replacement that waits for the present one reads everything that has changed until then.
      if (isRestartWaiting) return;
      isRestartWaiting = true;
      lastRestart = lastRestart.then(replaceAll);
      await lastRestart;
    },
  };
}

/** Starts the first workers at the same time. Resolves with their URL when all serve requests. */
async function startAll(slots: readonly WorkerSlot[]): Promise<string> {
  const starts = slots.map(async (slot) => {
    const start = await slot.start();
    if ('problems' in start) throw new WorkerStartError(start.problems);
    return start.url;
  });
  const [url = ''] = await Promise.all(starts);
  return url;
}
