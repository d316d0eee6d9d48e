import { sendRequest } from '../compare/requests.ts';
import type { Workload } from '../compare/workloads.ts';
import { workload } from './gateway.ts';

/** An operation: its start on the monotonic clock, its duration in ms, and whether its result was free of errors. */
export type Operation = { startedAt: number; ms: number; isComplete: boolean };

/** A load generator that starts operations at a fixed rate, whether or not earlier ones have ended. */
export type OpenLoopLoad = {
  /** Stops the generator, and resolves when the last operation has ended. */
  end(): Promise<readonly Operation[]>;
};

/** Starts a load of so many operations a second, each for another contact. */
export function startOpenLoopLoad(port: number, perSecond: number, operation = workload): OpenLoopLoad {
  const operations: Promise<Operation>[] = [];
  const timer = setInterval(() => operations.push(run(operation, port, operations.length)), 1_000 / perSecond);
  return {
    end() {
      clearInterval(timer);
      return Promise.all(operations);
    },
  };
}

async function run(operation: Workload, port: number, key: number): Promise<Operation> {
  const startedAt = performance.now();
  const text = await sendRequest(operation, port, key).catch(() => undefined); // The request rejects for a status without a result.
  const ms = performance.now() - startedAt;
  return { startedAt, ms, isComplete: text !== undefined && !('errors' in (JSON.parse(text) as object)) };
}
