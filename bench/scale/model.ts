import { type Measured, type Read, type ReadCost, reads } from './measured.ts';

/** What is asked of an installation. Shares are from 0 to 1. */
export type Load = {
  requestsPerSecond: number;
  /** The shares of the workloads of the bench among the reads. They add up to 1. */
  mix: Readonly<Record<'W1' | 'W2' | 'W3' | 'W4', number>>;
  /** The share of W1 whose contact is in the memory of the process. */
  cachedShare: number;
  /** The share of requests that update a contact; the others are reads. */
  writeShare: number;
  /** The time of an upstream call. */
  upstreamLatencyMs: number;
  /** The share of a core that a process uses at this load, so that it has reserves for peaks and for replicas that fail. */
  utilization: number;
  /** The worker processes of a replica: its cores. */
  workers: number;
  /** Whether state is shared in Valkey; necessary for more than one process. */
  valkey: boolean;
  /** The number of contacts. Each is read as often as any other, which is the worst case for Valkey. */
  contacts: number;
};

/** What a load needs; rates are of a second, over all replicas. */
export type Requirements = {
  cores: number;
  processes: number;
  replicas: number;
  upstreamCalls: number;
  /** Upstream calls that are pending at the same time, and sockets of one process. */
  pendingCalls: number;
  socketsOfProcess: number;
  clientBytesIn: number;
  clientBytesOut: number;
  upstreamBytesOut: number;
  upstreamBytesIn: number;
  valkeyScripts: number;
  valkeyCommands: number;
  valkeyCores: number;
  valkeyBytes: number;
  valkeyStoredBytes: number;
  /** Messages about writes that all processes together receive. */
  invalidations: number;
  memoryOfProcess: number;
  memoryOfReplica: number;
  logLines: number;
  logBytes: number;
  metricsSeries: number;
  jwksFetches: number;
};

/** What a pending operation holds at most; `docs/scale.md` names the test. */
export const heldBytes = 38_000;
/** The defaults of `CACHE_BYTES`, `SCROLL_STORE_BYTES` and `IDEMPOTENCY_STORE_BYTES`. The last two are not in a process with Valkey. */
const cacheBytes = 64 * 2 ** 20;
const localStoreBytes = (64 + 32) * 2 ** 20;
/** For so long responses (with the default cache times) and scroll sessions stay in Valkey. */
const responseSeconds = 310;
const sessionSeconds = 600;
/** For so long the keys of an issuer are used before they are fetched again (`auth/jwks-cache`). */
const jwksSeconds = 300;
/** An update makes two upstream calls: the write, and the contact that it returns. Its CPU is assumed to be that of W1. */
const callsOfWrite = 2;

/** The load of the tables in `docs/scale.md`, at any number of requests a second. */
export const typicalLoad: Load = {
  requestsPerSecond: 1_000,
  mix: { W1: 0.95, W2: 0.02, W3: 0.01, W4: 0.02 },
  cachedShare: 0.1,
  writeShare: 0.02,
  upstreamLatencyMs: 50,
  utilization: 0.6,
  workers: 4,
  valkey: true,
  contacts: 100_000_000,
};

/** Returns the shares of the kinds of reads among all requests. */
export function sharesOf({ mix, cachedShare, writeShare }: Load): Record<Read, number> {
  const share = 1 - writeShare;
  return {
    W1: share * mix.W1 * (1 - cachedShare),
    'W1 cached': share * mix.W1 * cachedShare,
    W2: share * mix.W2,
    W3: share * mix.W3,
    W4: share * mix.W4,
  };
}

/**
 * Returns how many different contacts are read in a time, if each is equally likely: the expectation for so many draws.
 *
 * @param readsInTime the number of reads in this time
 */
export function distinctContacts(readsInTime: number, contacts: number): number {
  return contacts * -Math.expm1(-readsInTime / contacts);
}

/** Returns the share of reads that find a contact which was read in the last so many seconds, if each contact is equally likely. */
export function uniformCachedShare(readsPerSecond: number, contacts: number, freshSeconds: number): number {
  const expected = (readsPerSecond / contacts) * freshSeconds;
  return expected / (1 + expected);
}

/** Computes what a load needs from what one operation of each kind costs. */
export function requirementsOf(load: Load, measured: Measured): Requirements {
  const { requestsPerSecond: rate, writeShare, upstreamLatencyMs, utilization, workers, valkey } = load;
  const shares = sharesOf(load);
  const costs = measured.reads;
  const mean = (of: (cost: ReadCost) => number) =>
    reads.reduce((sum, read) => sum + shares[read] * of(costs[read]), 0) + writeShare * of(costs.W1);
  const cpuMs = mean((cost) => (valkey ? cost.cpuMsWithValkey : cost.cpuMs).median);
  const cores = (rate * cpuMs) / 1_000;
  const processes = valkey ? Math.max(1, Math.ceil(cores / utilization)) : 1;
  const replicas = Math.ceil(processes / workers);
  const readCalls = reads.reduce((sum, read) => sum + shares[read] * costs[read].upstreamCalls, 0);
  const upstreamCalls = rate * (readCalls + writeShare * callsOfWrite);
  const pendingCalls = (upstreamCalls * upstreamLatencyMs) / 1_000;
  const pendingOperations = (rate * (upstreamLatencyMs + cpuMs)) / 1_000;
  const ofValkey = (of: (cost: ReadCost) => number) => (valkey ? rate * mean(of) : 0);
  const write = measured.requests['updateContact'] ?? { scripts: 0, commands: 0 };
  const memoryOfProcess =
    measured.process.idleBytes +
    cacheBytes +
    (valkey ? 0 : localStoreBytes) +
    (pendingOperations / processes) * heldBytes;
  const idle = valkey ? processes * measured.process.idleCommands : 0;
  const writes = valkey ? rate * writeShare : 0;
  return {
    ...{ cores, processes, replicas, upstreamCalls, pendingCalls, socketsOfProcess: pendingCalls / processes },
    clientBytesIn: rate * mean(({ requestBytes }) => requestBytes),
    clientBytesOut: rate * mean(({ responseBytes }) => responseBytes),
    upstreamBytesOut: rate * mean(({ upstreamRequestBytes }) => upstreamRequestBytes),
    upstreamBytesIn: rate * mean(({ upstreamResponseBytes }) => upstreamResponseBytes),
    valkeyScripts: ofValkey(({ valkey: { scripts } }) => scripts) + writes * write.scripts,
    valkeyCommands: ofValkey(({ valkey: { commands } }) => commands) + writes * write.commands + idle,
    valkeyCores: ofValkey(({ valkey: { cpuMs: ms } }) => ms) / 1_000,
    valkeyBytes: ofValkey(({ valkey: { receivedBytes, sentBytes } }) => receivedBytes + sentBytes),
    valkeyStoredBytes: valkey ? storedBytes(load, measured) : 0,
    invalidations: writes * processes,
    memoryOfProcess,
    memoryOfReplica: memoryOfProcess * Math.min(workers, processes),
    logLines: rate,
    logBytes: rate * mean(({ logBytes }) => logBytes),
    // With workers, the primary has one page of metrics for all of them.
    metricsSeries: replicas * measured.process.metricsSeries,
    jwksFetches: processes / jwksSeconds,
  };
}

/** Returns what Valkey holds once as much expires as is stored. */
function storedBytes(load: Load, { reads: costs }: Measured): number {
  const { requestsPerSecond: rate, contacts } = load;
  const shares = sharesOf(load);
  const contactReads = rate * (shares.W1 + shares.W4) * responseSeconds;
  const responses = distinctContacts(contactReads, contacts) * costs.W1.valkey.storedBytes;
  const rowResponses = rate * shares.W2 * responseSeconds * costs.W2.valkey.storedBytes;
  return responses + rowResponses + rate * shares.W3 * sessionSeconds * costs.W3.valkey.storedBytes;
}
