import type { ReadOutcome } from '../upstream/cache/cached-read.ts';
import type { StatusClass } from '../upstream/client/attempt-observer.ts';
import { endpointNameOf } from '../upstream/client/endpoint-name.ts';
import type { GatewayObservers } from './observers.ts';
import type { RecentCalls } from './recent-calls.ts';
import type { MetricsRegistry } from './registry.ts';

/** The label of a read. */
const readResults: Readonly<Record<ReadOutcome, string>> = {
  cache: 'fresh',
  stale: 'stale',
  shared: 'coalesced',
  upstream: 'miss',
  'not-found': 'not_found',
  failed: 'failed',
};

/** Returns the functions that count calls to the upstream, and reads that may be answered without one. */
export function observeUpstream(
  metrics: MetricsRegistry,
  recentCalls: RecentCalls,
): Pick<GatewayObservers, 'onAttempt' | 'onRetry' | 'onBreaker' | 'onRead'> {
  return {
    onAttempt({ path }) {
      const endpoint = endpointNameOf(path);
      const startedAt = performance.now();
      return ({ statusClass }) => {
        const seconds = (performance.now() - startedAt) / 1_000;
        metrics.attempts.inc({ endpoint, status_class: statusClass });
        metrics.attemptDurations.observe({ endpoint }, seconds);
        recentCalls.add(endpoint, seconds, isFailure(statusClass));
        if (endpoint === 'login') metrics.logins.inc({ result: loginResult(statusClass) });
      };
    },
    onRetry: ({ path }) => metrics.retries.inc({ endpoint: endpointNameOf(path) }),
    onBreaker: (state) => metrics.breakerChanges.inc({ state }),
    onRead(outcome) {
      metrics.reads.inc({ result: readResults[outcome] });
      if (outcome === 'shared') metrics.coalesced.inc();
    },
  };
}

/** Whether an attempt shows a problem of the upstream. A status below 500 is about the call, and a client may leave. */
function isFailure(statusClass: StatusClass): boolean {
  return ['3xx', '5xx', 'timeout', 'invalid', 'unreachable'].includes(statusClass);
}

function loginResult(statusClass: StatusClass): 'succeeded' | 'refused' | 'failed' {
  if (statusClass === '2xx') return 'succeeded';
  return statusClass === '4xx' ? 'refused' : 'failed';
}
