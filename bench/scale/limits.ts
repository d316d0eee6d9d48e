import type { Measured } from './measured.ts';
import { type Load, type Requirements, requirementsOf } from './model.ts';

/** Something that a load uses up, and what to change then. */
export type Limit = {
  name: string;
  /** The requests a second, of this mix, at which it is used up. */
  requestsPerSecond: number;
  remedy: string;
};

/** The defaults of `UPSTREAM_CONNECTIONS`, and of `CALLS_PER_MINUTE` for a second. */
const socketsOfProcess = 256;
const callsOfCaller = 20_000;
/** Valkey executes commands in one thread. Above this share of a core its latency grows. */
const valkeyUtilization = 0.7;
/** The memory of the Valkey server that the table assumes. */
const valkeyGigabytes = 16;
/** A disk or collector that the table assumes for the log, in bytes a second. */
const logBytesPerSecond = 10 * 2 ** 20;

/** Returns all limits in the order in which a growing load reaches them. */
export function limitsOf(load: Load, measured: Measured): readonly Limit[] {
  const alone = { ...load, valkey: false };
  const limits: Limit[] = [
    {
      name: `the event loop of a single process, ${load.utilization} of a core`,
      requestsPerSecond: reach(alone, measured, ({ cores }) => cores, load.utilization),
      remedy: '`WORKERS`, or more replicas, with `VALKEY_URL`',
    },
    {
      name: `upstream sockets of a single process, ${socketsOfProcess}`,
      requestsPerSecond: reach(alone, measured, ({ pendingCalls }) => pendingCalls, socketsOfProcess),
      remedy: '`UPSTREAM_CONNECTIONS`, or more processes',
    },
    {
      name: `the budget of one access token that sends all requests, ${callsOfCaller.toLocaleString('en-US')} calls a second`,
      requestsPerSecond: reach(load, measured, ({ upstreamCalls }) => upstreamCalls, callsOfCaller),
      remedy: '`CALLS_PER_MINUTE`, for a backend that sends everything with one token',
    },
    {
      name: `the thread of one Valkey server, ${valkeyUtilization} of a core`,
      requestsPerSecond: reach(load, measured, ({ valkeyCores }) => valkeyCores, valkeyUtilization),
      remedy: 'a cluster: `redis-cluster://` in `VALKEY_URL`',
    },
    {
      name: `the memory of one Valkey server, ${valkeyGigabytes} GB`,
      requestsPerSecond: reach(load, measured, (needed) => needed.valkeyStoredBytes, valkeyGigabytes * 2 ** 30),
      remedy:
        'shorter times in `CACHE_CONTACT`, `CACHE_EVENTS`, `CACHE_DEVICES` and `CACHE_ACCOUNTINGS`, smaller pages, then a cluster',
    },
    {
      name: 'a collector of 10 MB of log a second',
      requestsPerSecond: reach(load, measured, ({ logBytes }) => logBytes, logBytesPerSecond),
      remedy: '`LOG_LEVEL=warn`; metrics count operations as well',
    },
  ];
  return limits.toSorted((one, other) => one.requestsPerSecond - other.requestsPerSecond);
}

/** Returns the requests a second at which a requirement reaches a bound, by bisection: each grows with the load. */
function reach(load: Load, measured: Measured, of: (needed: Requirements) => number, bound: number): number {
  let [low, high] = [0, 1e9];
  while (high - low > 1e-3 * high) {
    const middle = (low + high) / 2;
    if (of(requirementsOf({ ...load, requestsPerSecond: middle }, measured)) < bound) low = middle;
    else high = middle;
  }
  return high;
}
