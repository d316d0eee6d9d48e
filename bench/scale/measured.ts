import { readFileSync } from 'node:fs';
import type { Spread } from '../compare/statistics.ts';
import type { RedisUsage } from './redis-server.ts';

/** The kinds of reads of the model: the workloads of the bench, and W1 for contacts that are cached. */
export const reads = ['W1', 'W1 cached', 'W2', 'W3', 'W4'] as const;
export type Read = (typeof reads)[number];

/** What one operation of a kind costs a gateway without Valkey, and what is more with Valkey. All figures are of one operation. */
export type ReadCost = {
  /** CPU time of the process in ms, over the rounds. */
  cpuMs: Spread;
  cpuMsWithValkey: Spread;
  upstreamCalls: number;
  requestBytes: number;
  responseBytes: number;
  upstreamRequestBytes: number;
  upstreamResponseBytes: number;
  logBytes: number;
  /** CPU time of the load generator and of the bench's upstream in ms, which the simulation needs. */
  clientCpuMs: number;
  upstreamCpuMs: number;
  valkey: RedisUsage;
};

/** What one request costs Valkey, counted without load. */
export type CommandCount = Pick<RedisUsage, 'scripts' | 'commands'>;

/** The content of `measured.json`, which `npm run bench:scale -- --measure` writes. */
export type Measured = {
  /** Processors, memory, system and Node; when, and the load average at the start. */
  machine: string;
  date: string;
  loadAverage: number;
  reads: Record<Read, ReadCost>;
  /** By the kind of request. */
  requests: Record<string, CommandCount>;
  process: {
    /** Resident memory before the first request, and the highest under load, in bytes. */
    idleBytes: number;
    peakBytes: number;
    /** Commands a second of a process without requests. */
    idleCommands: number;
    /** Lines of `/metrics` with a value, after one kind of operation. */
    metricsSeries: number;
  };
};

export const measuredFile = new URL('measured.json', import.meta.url);

/** Reads the measured figures. */
export function readMeasured(): Measured {
  return JSON.parse(readFileSync(measuredFile, 'utf8')) as Measured; // The file is written by this type.
}
