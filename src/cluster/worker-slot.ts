import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { createRestartBackoff } from './restart-backoff.ts';
import type { WorkerProcess, WorkerStart } from './worker-process.ts';

/** The place of one worker, which processes take one after the other. */
export type WorkerSlot = {
  /** The number of the slot in the log, from 1. */
  readonly number: number;
  /** The processes that have not ended: also one that starts, and one that was replaced and ends its requests. */
  readonly running: ReadonlySet<WorkerProcess>;
  /** The process that has the place now; undefined if it has ended. */
  current(): WorkerProcess | undefined;
  /** How often a process was started because another one had ended by itself. */
  restarts(): number;
  /** Starts the first worker. */
  start(): Promise<WorkerStart>;
  /** Starts another worker, and then stops the present one. The present one stays if the other cannot start. */
  replace(): Promise<WorkerStart>;
  /** Stops the worker without losing a request; none is started any more. */
  stop(): Promise<void>;
};

/** The options of `createWorkerSlot`. */
export type WorkerSlotOptions = {
  number: number;
  fork: () => WorkerProcess;
  /** Is called when a process of this slot has ended, for whatever reason. */
  onEnd: (worker: WorkerProcess) => void;
  /** After so many ms a worker that has to stop is ended at once. */
  stopWithinMs: number;
  log: Log;
};

/** Creates a slot, in which a worker that ends by itself is followed by another one after a pause. */
export function createWorkerSlot({ number, fork, onEnd, stopWithinMs, log }: WorkerSlotOptions): WorkerSlot {
  const backoff = createRestartBackoff();
  const running = new Set<WorkerProcess>();
  let current: WorkerProcess | undefined;
  let restarts = 0;
  let isStopping = false;

  function launch(): WorkerProcess {
    const worker = fork();
    running.add(worker);
    void worker.ended.then(() => {
      running.delete(worker);
      onEnd(worker);
    });
    return worker;
  }

  /** Keeps the slot taken, until another worker is put into it. */
  async function supervise(first: WorkerProcess): Promise<void> {
    for (let worker = first; ; worker = launch()) {
      current = worker;
      const { pid: workerPid } = worker;
      const start = await worker.started;
      if ('url' in start) {
        backoff.onReady();
        log.info({ worker: number, workerPid }, 'a worker serves requests');
      } else log.error({ worker: number, workerPid, problems: start.problems }, 'a worker cannot start');
      const { code, signal } = await worker.ended;
      if (current !== worker || isStopping) return;
      const delayMs = backoff.nextDelay();
      restarts += 1;
      log.error(
        { worker: number, workerPid, code, signal, restarts, delayMs },
        'a worker has ended: another one is started after a pause',
      );
      await wait(delayMs);
      if (current !== worker || isStopping) return;
    }
  }

  /** A worker that still starts is stopped when it serves requests: before, it may not read messages yet. */
  async function end(worker: WorkerProcess, isReplaced: boolean): Promise<void> {
    await worker.started;
    worker.stop(isReplaced);
    const timer = setTimeout(() => {
      log.error({ worker: number, workerPid: worker.pid }, 'a worker does not stop in time, and is ended');
      worker.kill();
    }, stopWithinMs);
    await worker.ended;
    clearTimeout(timer);
  }

  return {
    ...{ number, running },
    current: () => (current !== undefined && running.has(current) ? current : undefined),
    restarts: () => restarts,
    async start() {
      const worker = launch();
      const start = await worker.started;
      if ('url' in start) void supervise(worker);
      return start;
    },
    async replace() {
      const worker = launch();
      const start = await worker.started;
      if ('problems' in start) return start;
      const old = current; // It may be another one than before the start.
      void supervise(worker);
      if (old !== undefined) await end(old, true);
      return start;
    },
    async stop() {
      isStopping = true;
      await Promise.all([...running].map((worker) => end(worker, false)));
    },
  };
}
