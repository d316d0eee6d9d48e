import { loadavg } from 'node:os';
import { spreadOf } from '../compare/statistics.ts';
import { startUpstream } from '../compare/upstream.ts';
import { describeMachine } from '../machine.ts';
import { type Measured, type Read, type ReadCost, reads } from './measured.ts';
import { startRedis } from './redis-server.ts';
import { countCommands } from './request-kinds.ts';
import { type LoadOptions, measureRead } from './workload-cost.ts';

/** Measures all figures that the model reads. @throws {Error} when a request fails */
export async function measureAll(options: LoadOptions): Promise<Measured> {
  const [loadAverage = 0] = loadavg();
  const commands = await countCommands();
  const costs = {} as Record<Read, ReadCost>;
  let usage = { idleBytes: 0, peakBytes: 0, metricsSeries: 0 };
  await using upstream = await startUpstream();
  for (const read of reads) {
    const alone = await measureRead(read, upstream, options);
    await using redis = await startRedis();
    const shared = await measureRead(read, upstream, options, redis);
    const median = (key: Exclude<keyof (typeof alone.rows)[number], 'valkey'>) =>
      spreadOf(alone.rows.map((row) => row[key])).median;
    const ofValkey = (key: 'scripts' | 'commands' | 'cpuMs' | 'receivedBytes' | 'sentBytes' | 'storedBytes') =>
      spreadOf(shared.rows.map(({ valkey }) => valkey?.[key] ?? Number.NaN)).median;
    costs[read] = {
      cpuMs: spreadOf(alone.rows.map(({ cpuMs }) => cpuMs)),
      cpuMsWithValkey: spreadOf(shared.rows.map(({ cpuMs }) => cpuMs)),
      upstreamCalls: median('upstreamCalls'),
      requestBytes: median('requestBytes'),
      responseBytes: median('responseBytes'),
      upstreamRequestBytes: median('upstreamRequestBytes'),
      upstreamResponseBytes: median('upstreamResponseBytes'),
      logBytes: median('logBytes'),
      clientCpuMs: median('clientCpuMs'),
      upstreamCpuMs: median('upstreamCpuMs'),
      valkey: {
        scripts: ofValkey('scripts'),
        commands: ofValkey('commands'),
        cpuMs: ofValkey('cpuMs'),
        receivedBytes: ofValkey('receivedBytes'),
        sentBytes: ofValkey('sentBytes'),
        storedBytes: ofValkey('storedBytes'),
      },
    };
    usage = {
      idleBytes: shared.idleBytes,
      peakBytes: Math.max(usage.peakBytes, shared.peakBytes),
      metricsSeries: Math.max(usage.metricsSeries, shared.metricsSeries),
    };
    console.error(`${read}: ${JSON.stringify(costs[read])}`);
  }
  return {
    machine: describeMachine(),
    date: new Date().toISOString().slice(0, 10),
    loadAverage,
    reads: costs,
    requests: commands.requests,
    process: { ...usage, idleCommands: commands.idleCommands },
  };
}
