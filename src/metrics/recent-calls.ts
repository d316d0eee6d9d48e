import type { EndpointName } from '../upstream/client/endpoint-name.ts';

/** The calls of the last minutes, by endpoint. */
export type RecentCalls = {
  /** @param seconds how long the call took */
  add(endpoint: EndpointName | 'other', seconds: number, isFailure: boolean): void;
  /** The endpoints that were called, each with its calls of the last five minutes. */
  read(): ReadonlyMap<EndpointName | 'other', CallSummary>;
};

/** Calls of one endpoint. Times are in ms; each is the upper bound of the range in which the call of that rank is. */
export type CallSummary = {
  readonly calls: number;
  readonly failures: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

/** The upper bounds of the ranges of times, in ms: each is a quarter longer than the one before, up to 200 s. */
const bounds = Array.from({ length: 56 }, (_, index) => Math.round(10 * 1.25 ** index) / 10);

const minuteMs = 60_000;
/** The minutes that a summary covers: the current one and those before it. */
const minutes = 5;

/** The calls of one endpoint in one minute: `ranges` has the number of calls in each range of times. */
type Minute = { number: number; failures: number; readonly ranges: Uint32Array };

/** Creates the record of recent calls. Its size is fixed: five minutes of each endpoint, in ranges of times. */
export function createRecentCalls(now: () => number = () => performance.now()): RecentCalls {
  const endpoints = new Map<EndpointName | 'other', readonly Minute[]>();
  const currentMinute = () => Math.floor(now() / minuteMs);

  return {
    add(endpoint, seconds, isFailure) {
      const all = endpoints.get(endpoint) ?? Array.from({ length: minutes }, createMinute);
      endpoints.set(endpoint, all);
      const number = currentMinute();
      const minute = all[number % minutes] as Minute; // there are so many
      if (minute.number !== number) Object.assign(minute, { number, failures: 0 }).ranges.fill(0);
      const range = rangeOf(seconds * 1_000);
      minute.ranges[range] = (minute.ranges[range] ?? 0) + 1;
      if (isFailure) minute.failures += 1;
    },
    read() {
      const first = currentMinute() - minutes + 1;
      return new Map(
        [...endpoints].map(([endpoint, all]) => [endpoint, summarize(all.filter(({ number }) => number >= first))]),
      );
    },
  };
}

function createMinute(): Minute {
  return { number: Number.NEGATIVE_INFINITY, failures: 0, ranges: new Uint32Array(bounds.length) };
}

/** The index of the range of a time; times beyond the last bound are in the last range. */
function rangeOf(ms: number): number {
  let index = 0;
  while (index < bounds.length - 1 && ms > (bounds[index] ?? 0)) index += 1;
  return index;
}

function summarize(all: readonly Minute[]): CallSummary {
  const counts = bounds.map((_, index) => all.reduce((sum, { ranges }) => sum + (ranges[index] ?? 0), 0));
  const calls = counts.reduce((sum, count) => sum + count, 0);
  const failures = all.reduce((sum, minute) => sum + minute.failures, 0);
  return { calls, failures, p50Ms: quantile(counts, calls * 0.5), p99Ms: quantile(counts, calls * 0.99) };
}

/** The upper bound of the range in which the call with a rank is; 0 without calls. */
function quantile(counts: readonly number[], rank: number): number {
  let seen = 0;
  for (const [index, count] of counts.entries()) {
    seen += count;
    if (count > 0 && seen >= rank) return bounds[index] ?? 0;
  }
  return 0;
}
