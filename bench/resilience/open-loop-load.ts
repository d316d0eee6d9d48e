import { ask } from '../compare/requests.ts';
import { workload } from './gateway.ts';

/** An operation: when it began on the monotonic clock, how long it took (ms), and whether it was answered whole. */
export type Operation = { beganAt: number; ms: number; isWhole: boolean };

export type Arrivals = {
  /** Resolves when the last of them has been answered. */
  end(): Promise<readonly Operation[]>;
};

/** So many clients a second, who do not wait for each other, each with a contact of its own. */
export function startArrivals(port: number, perSecond: number): Arrivals {
  const operations: Promise<Operation>[] = [];
  const timer = setInterval(() => operations.push(run(port, operations.length)), 1_000 / perSecond);
  return {
    end() {
      clearInterval(timer);
      return Promise.all(operations);
    },
  };
}

async function run(port: number, key: number): Promise<Operation> {
  const beganAt = performance.now();
  const text = await ask(workload, port, key).catch(() => undefined); // a status that says that nothing was answered
  const ms = performance.now() - beganAt;
  return { beganAt, ms, isWhole: text !== undefined && !('errors' in (JSON.parse(text) as object)) };
}
