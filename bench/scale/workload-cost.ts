import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startPinnedProcess, targetCore } from '../compare/pinned-process.ts';
import { bytesOf, cpuOf, cpuOfEndedChildren, memoryOf, peakOf, untilIdle } from '../compare/process-usage.ts';
import { isServing, tokenOf, toRawRequest } from '../compare/requests.ts';
import { targets } from '../compare/targets.ts';
import type { Upstream } from '../compare/upstream.ts';
import { type Workload, workloads } from '../compare/workloads.ts';
import { createGenerator } from '../compare/wrk.ts';
import { toKey } from '../upstream/ids.ts';
import type { Read } from './measured.ts';
import { type RedisServer, usagePerOperation } from './redis-server.ts';

/** The options of a measurement; `seconds` is the duration of a round. */
export type LoadOptions = { rounds: number; seconds: number; warmUp: number; connections: number };

/** So many contacts are read in turn in `W1 cached`: more than are pending at once, and few enough to stay fresh. */
const cachedContacts = 200;

/** With more connections single responses of these workloads take seconds, and the log has a line about each slow operation. */
const connectionsOfLargeReads = 4;

/** Rounds of large reads are so many times as long, so that the requests that wrk does not finish are few among them. */
const timesOfLargeReads = 3;

/** Returns the workload of a kind of read, and how many different keys its requests have; undefined: each has another one. */
export function workloadOf(read: Read): { workload: Workload; keys: number | undefined } {
  const workload = workloads.find(({ name }) => name === read.slice(0, 2));
  if (workload === undefined) throw new Error(`There is no workload for ${read}.`);
  return { workload, keys: read === 'W1 cached' ? cachedContacts : undefined };
}

/** Measures one kind of read with a single process, with a Valkey or without. */
export async function measureRead(read: Read, upstream: Upstream, options: LoadOptions, redis?: RedisServer) {
  const { workload, keys } = workloadOf(read);
  const { rounds, warmUp } = options;
  const isLarge = read === 'W2' || read === 'W3';
  const connections = isLarge ? connectionsOfLargeReads : options.connections;
  const seconds = options.seconds * (isLarge ? timesOfLargeReads : 1);
  const [target] = targets;
  await using stack = new AsyncDisposableStack();
  using generator = createGenerator(workload, keys);
  const [port, metricsPort] = [await freePort(), await freePort()];
  const name = 'scale';
  const gateway = stack.use(
    await startPinnedProcess({
      ...{ name, core: targetCore, args: [target?.script ?? ''], port },
      env: {
        ...{ PORT: String(port), METRICS_PORT: String(metricsPort), UPSTREAM_URL: upstream.url },
        ...target?.env?.(workload),
        // One token sends the whole load, which is more than the budget of one caller.
        CALLS_PER_MINUTE: '0',
        ...(redis === undefined ? {} : { VALKEY_URL: redis.url }),
      },
      isReady: () => isServing(port),
    }),
  );
  const { pid } = gateway;
  const idleBytes = memoryOf(pid);
  const logFile = join(tmpdir(), `contactgraph-bench-${name}.log`);
  await upstream.prepare(0);
  await generator.run(port, connections, warmUp);
  await untilIdle(pid);
  const rows = [];
  for (let round = 0; round < rounds; round += 1) {
    await upstream.prepare(0);
    const usage = await redis?.usage();
    const before = { cpu: cpuOf(pid), io: bytesOf(pid), log: statSync(logFile).size, upstream: cpuOf(upstream.pid) };
    const client = cpuOfEndedChildren();
    const { requests, bytes, failed } = await generator.run(port, connections, seconds);
    await untilIdle(pid);
    if (failed > 0) throw new Error(`${read}: ${failed} requests failed`);
    const io = bytesOf(pid);
    const logBytes = (statSync(logFile).size - before.log) / requests;
    const requestBytes = rawRequestBytes(workload, port);
    rows.push({
      cpuMs: (cpuOf(pid) - before.cpu) / requests,
      upstreamCalls: (await upstream.calls()) / requests,
      requestBytes,
      responseBytes: bytes / requests,
      upstreamRequestBytes: (io.written - before.io.written) / requests - bytes / requests - logBytes,
      upstreamResponseBytes: (io.read - before.io.read) / requests - requestBytes,
      logBytes,
      clientCpuMs: (cpuOfEndedChildren() - client) / requests,
      upstreamCpuMs: (cpuOf(upstream.pid) - before.upstream) / requests,
      valkey: usage && redis && usagePerOperation(usage, await redis.usage(), requests),
    });
  }
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  return {
    rows,
    idleBytes,
    peakBytes: peakOf(pid),
    metricsSeries: metrics.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length,
  };
}

/** Returns the length of a request with its token and its key in place of the placeholders. */
function rawRequestBytes(workload: Workload, port: number): number {
  const text = toRawRequest(workload, port).replace('{token}', tokenOf(0)).replace('{key}', toKey(0));
  return Buffer.byteLength(text);
}
