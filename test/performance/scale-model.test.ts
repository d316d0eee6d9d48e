import { expect, test } from 'vitest';
import { limitsOf } from '../../bench/scale/limits.ts';
import type { Measured, ReadCost } from '../../bench/scale/measured.ts';
import {
  distinctContacts,
  heldBytes,
  type Load,
  requirementsOf,
  sharesOf,
  typicalLoad,
  uniformCachedShare,
} from '../../bench/scale/model.ts';
import { readOptions } from '../../bench/scale/options.ts';

const spread = (value: number) => ({ median: value, min: value, max: value });
const cost: ReadCost = {
  ...{ cpuMs: spread(0.5), cpuMsWithValkey: spread(1), upstreamCalls: 4, logBytes: 200 },
  ...{ requestBytes: 1_000, responseBytes: 9_000, upstreamRequestBytes: 2_000, upstreamResponseBytes: 20_000 },
  ...{ clientCpuMs: 0, upstreamCpuMs: 0 },
  valkey: { scripts: 6, commands: 30, cpuMs: 0.2, receivedBytes: 15_000, sentBytes: 1_000, storedBytes: 10_000 },
};
const free: ReadCost = { ...cost, cpuMs: spread(0), cpuMsWithValkey: spread(0), upstreamCalls: 0 };
const measured: Measured = {
  ...{ machine: 'a machine', date: '2026-01-01', loadAverage: 0 },
  reads: { W1: cost, 'W1 cached': free, W2: cost, W3: cost, W4: cost },
  requests: { updateContact: { scripts: 2, commands: 8 } },
  process: { idleBytes: 100_000_000, peakBytes: 0, idleCommands: 1, metricsSeries: 300 },
};
const load: Load = {
  ...typicalLoad,
  ...{ requestsPerSecond: 2_000, mix: { W1: 1, W2: 0, W3: 0, W4: 0 }, cachedShare: 0, writeShare: 0 },
  ...{ upstreamLatencyMs: 50, utilization: 0.5, workers: 2, contacts: 1e12 },
};

test('the CPU time of the requests and the utilization give the processes, and the workers of a replica the replicas', () => {
  expect(requirementsOf(load, measured)).toMatchObject({ cores: 2, processes: 4, replicas: 2, metricsSeries: 600 });
  expect(requirementsOf({ ...load, valkey: false }, measured)).toMatchObject({
    cores: 1,
    processes: 1,
    valkeyScripts: 0,
  });
});

test('pending upstream calls are their rate times their latency, divided among the processes', () => {
  const { upstreamCalls, pendingCalls, socketsOfProcess } = requirementsOf(load, measured);
  expect([upstreamCalls, pendingCalls, socketsOfProcess]).toEqual([8_000, 400, 100]);
});

test('a process has its idle memory, its cache, and what its pending operations hold', () => {
  const { memoryOfProcess, memoryOfReplica } = requirementsOf(load, measured);
  const pendingOfProcess = (2_000 * 0.051) / 4;
  expect(memoryOfProcess).toBeCloseTo(100_000_000 + 64 * 2 ** 20 + pendingOfProcess * heldBytes, 3);
  expect(memoryOfReplica).toBe(memoryOfProcess * 2);
});

test('bytes, scripts and the CPU time of Valkey grow with the requests', () => {
  expect(requirementsOf(load, measured)).toMatchObject({
    ...{ clientBytesIn: 2e6, clientBytesOut: 18e6, upstreamBytesOut: 4e6, upstreamBytesIn: 40e6, logBytes: 4e5 },
    ...{ valkeyScripts: 12_000, valkeyCommands: 60_004, valkeyCores: 0.4, valkeyBytes: 32e6 },
  });
});

test('each write sends a message to every process, and costs two upstream calls', () => {
  const needed = requirementsOf({ ...load, writeShare: 0.1 }, measured);
  expect(needed.invalidations).toBeCloseTo(200 * 4);
  expect(needed.upstreamCalls).toBeCloseTo(1_800 * 4 + 200 * 2);
});

test('the shares of all reads and of the writes are one, and cached reads cost what was measured for them', () => {
  const mixed = { ...load, mix: { W1: 0.7, W2: 0.1, W3: 0.1, W4: 0.1 }, cachedShare: 0.5, writeShare: 0.2 };
  const sum = Object.values(sharesOf(mixed)).reduce((total, share) => total + share, 0);
  expect(sum + mixed.writeShare).toBeCloseTo(1);
  expect(requirementsOf({ ...load, cachedShare: 0.5 }, measured)).toMatchObject({ cores: 1, upstreamCalls: 4_000 });
});

test('Valkey stores the responses of the reads of their lifetime, and no more than one for each contact', () => {
  expect(requirementsOf(load, measured).valkeyStoredBytes).toBeCloseTo(2_000 * 310 * 10_000, -6);
  expect(requirementsOf({ ...load, contacts: 100 }, measured).valkeyStoredBytes).toBeCloseTo(100 * 10_000);
  expect(distinctContacts(100, 100)).toBeCloseTo(63.2, 1);
  expect(uniformCachedShare(1_000, 10_000, 10)).toBe(0.5);
});

test('limits are in the order in which a growing load reaches them, each where the requirement equals the bound', () => {
  const limits = limitsOf(load, measured);
  const rateOf = (text: string) => limits.find(({ name }) => name.includes(text))?.requestsPerSecond;
  expect(rateOf('event loop') ?? 0).toBeCloseTo(1_000, -1);
  expect(rateOf('sockets') ?? 0).toBeCloseTo(1_280, -1);
  expect(rateOf('thread of one Valkey') ?? 0).toBeCloseTo(3_500, -1);
  expect(rateOf('budget') ?? 0).toBeCloseTo(5_000, -1);
  const rates = limits.map(({ requestsPerSecond }) => requestsPerSecond);
  expect(rates).toEqual(rates.toSorted((one, other) => one - other));
});

test('the options of the command line are whole percentages, of which the reads are at most 100', () => {
  expect(readOptions(['--rps', '500', '--w2', '10', '--no-valkey'])).toMatchObject({
    action: 'model',
    load: { requestsPerSecond: 500, mix: { W2: 0.1 }, valkey: false },
  });
  expect(() => readOptions(['--w2', '60', '--w3', '60'])).toThrow('more than 100 percent');
  expect(() => readOptions(['--cached', '101'])).toThrow('--cached takes percent');
  expect(() => readOptions(['--utilization', '0'])).toThrow('from 1');
});
