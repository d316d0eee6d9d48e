/** A process with one thread, and the cores that it may run on. */
export type SimulatedProcess = { name: string; cores: readonly number[] };

/** A part of a request: CPU time in one of these processes, which depends on the connection. */
export type Step = { processes: readonly string[]; ms: number };

/** The machine and its load. */
export type Simulation = {
  /** The share of each core that is left by other programs, from 0 to 1. */
  cores: readonly number[];
  processes: readonly SimulatedProcess[];
  /** The steps of each request, one after the other. */
  steps: readonly Step[];
  /** Each connection sends its next request when it has the response. */
  connections: number;
  seconds: number;
};

/** A step of the scheduler. It is shorter than any step of a request that matters. */
const tickMs = 0.02;

type Task = { connection: number; step: number; leftMs: number };

/**
 * Simulates connections in a closed loop on a machine with few cores: each process works on one task at a time, and each core
 * runs the processes that have tasks and may use it in turn.
 *
 * @returns requests a second
 */
export function simulate({ cores, processes, steps, connections, seconds }: Simulation): number {
  const queues = new Map(processes.map(({ name }) => [name, [] as Task[]]));
  let requests = 0;
  const begin = (connection: number, step: number) => {
    const { processes: names, ms } = steps[step] ?? { processes: [], ms: 0 };
    queues.get(names[connection % names.length] ?? '')?.push({ connection, step, leftMs: ms });
  };
  for (let connection = 0; connection < connections; connection += 1) begin(connection, 0);
  const next = cores.map(() => 0);
  for (let time = 0; time < seconds * 1_000; time += tickMs) {
    const running = new Set<SimulatedProcess>();
    for (const [core, share] of cores.entries()) {
      const first = next[core] ?? 0;
      const order = [...processes.slice(first), ...processes.slice(0, first)];
      const chosen = order.find(
        (each) => each.cores.includes(core) && !running.has(each) && (queues.get(each.name)?.length ?? 0) > 0,
      );
      if (chosen === undefined) continue;
      running.add(chosen);
      next[core] = (processes.indexOf(chosen) + 1) % processes.length;
      const queue = queues.get(chosen.name) ?? [];
      let leftMs = tickMs * share;
      // What a task leaves of the tick is used by the next one of the process.
      for (let task = queue[0]; task !== undefined && leftMs > 0; task = queue[0]) {
        const usedMs = Math.min(leftMs, task.leftMs);
        leftMs -= usedMs;
        task.leftMs -= usedMs;
        if (task.leftMs > 0) break;
        queue.shift();
        const isLast = task.step === steps.length - 1;
        if (isLast) requests += 1;
        begin(task.connection, isLast ? 0 : task.step + 1);
      }
    }
  }
  return requests / seconds;
}
