import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import type { GatewayProcess } from './gateway-process.ts';
import type { SoakKind, SoakRequest, SoakTarget } from './kind.ts';

/** The options of a run, which sends distinct requests of one kind to one gateway. */
export type SoakRun = {
  readonly kind: SoakKind;
  readonly target: SoakTarget;
  /** Whether requests carry the accepted token. */
  readonly hasToken: boolean;
  readonly count: number;
  /** The number of sockets, each with one pending request. */
  readonly connections: number;
  /** A document that the gateway executes before and throughout the run. */
  readonly executedDocument: string;
};

/** The result of a run; memory in MB, durations in ms. */
export type SoakResult = {
  readonly sent: number;
  readonly seconds: number;
  /** The number of responses by HTTP status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Resident memory before the first request, when the gateway has warmed up. */
  readonly idle: number;
  /** The highest resident memory. */
  readonly peak: number;
  /** Resident memory after the first `settledAfter` requests, after a quarter, a half, three quarters, and all of them. */
  readonly resident: readonly [settled: number, ...later: number[]];
  /** The lowest used heap in each quarter, which a leak would raise. */
  readonly heap: readonly number[];
  /** The largest growth of resident memory in the last quarter, compared with that after the first requests. */
  readonly growth: number;
  /** Response times of the executed document. */
  readonly median: number;
  readonly p99: number;
  /** The exit code or the signal of the gateway, if it has ended. */
  readonly ending: string | undefined;
};

/** The number of requests after which the memory of the gateway must not grow further. */
export const settledAfter = 5_000;

const sampleMs = 250;
const probeMs = 50;

/** Sends the requests of a run and measures the memory of the gateway. */
export async function soak(gateway: GatewayProcess, run: SoakRun): Promise<SoakResult> {
  const { kind, target, hasToken, count, connections, executedDocument } = run;
  const pool = new Pool(gateway.url, { connections, headersTimeout: 60_000 });
  const authorization = { authorization: `Bearer ${target.token}` };
  const executed: SoakRequest = { body: JSON.stringify({ query: executedDocument }), headers: authorization };
  const statuses = new Map<number, number>();
  const samples: { sent: number; megabytes: number; heap: number }[] = [];
  const latencies: number[] = [];
  let next = 0;
  let sent = 0;
  let isOver = false;

  async function sendAll(): Promise<void> {
    while (next < count && gateway.ending() === undefined) {
      const { body, headers } = kind.make(next++, target);
      const status = await post(pool, { body, headers: { ...(hasToken ? authorization : {}), ...headers } });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      sent += 1;
    }
  }

  async function sample(): Promise<void> {
    while (!isOver) {
      const megabytes = await gateway.residentMegabytes();
      if (megabytes !== undefined) samples.push({ sent, megabytes, heap: gateway.heapMegabytes() });
      await pause(sampleMs);
    }
  }

  async function probe(): Promise<void> {
    const own = new Pool(gateway.url, { connections: 1 });
    while (!isOver && gateway.ending() === undefined) {
      const began = performance.now();
      if ((await post(own, executed)) === 200) latencies.push(performance.now() - began);
      await pause(probeMs);
    }
    await own.destroy();
  }

  const idle = (await gateway.residentMegabytes()) ?? Number.NaN;
  if (!(await isExecuted(pool, executed)))
    throw new Error('The executed document gets no data: is the upstream running?');
  const began = performance.now();
  const watchers = [sample(), probe()];
  await Promise.all(Array.from({ length: connections }, sendAll));
  const seconds = (performance.now() - began) / 1_000;
  await pause(2 * sampleMs);
  isOver = true;
  await Promise.all(watchers);
  if (gateway.ending() === undefined && !(await isExecuted(pool, executed))) {
    throw new Error('The executed document gets no data after the run: is the upstream running?');
  }
  await pool.destroy();
  const settled = samples.find((each) => each.sent >= Math.min(settledAfter, count))?.megabytes ?? Number.NaN;
  const at = (part: number) => samples.find((each) => each.sent >= part * count)?.megabytes ?? Number.NaN;
  const quarter = (n: number) => samples.filter(({ sent }) => sent >= (n / 4) * count && sent <= ((n + 1) / 4) * count);
  const sorted = latencies.toSorted((one, other) => one - other);
  return {
    ...{ sent, seconds, statuses, idle },
    peak: Math.max(...samples.map(({ megabytes }) => megabytes)),
    resident: [settled, ...[0.25, 0.5, 0.75, 1].map(at)],
    heap: [0, 1, 2, 3].map((n) => Math.min(...quarter(n).map(({ heap }) => heap))),
    growth: Math.max(...quarter(3).map(({ megabytes }) => megabytes)) - settled,
    median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
    ending: gateway.ending(),
  };
}

/** Sends one request. @returns the HTTP status; 0 if the connection broke */
async function post(pool: Pool, request: SoakRequest): Promise<number> {
  try {
    const answer = await send(pool, request);
    await answer.body.dump({ limit: 64 * 2 ** 20 });
    return answer.statusCode;
  } catch {
    return 0;
  }
}

/** Returns whether a document has a result without errors, because otherwise the run would measure something else. */
async function isExecuted(pool: Pool, request: SoakRequest): Promise<boolean> {
  const answer = await (await send(pool, request)).body.json();
  return typeof answer === 'object' && answer !== null && 'data' in answer && !('errors' in answer);
}

function send(pool: Pool, { body, headers }: SoakRequest) {
  const all = { 'content-type': 'application/json', ...headers };
  return pool.request({ method: 'POST', path: '/graphql', body, headers: all });
}
