import { Counter, Gauge, Histogram, type OpenMetricsContentType, type Registry } from 'prom-client';
import type { ReadGatewayState } from './gateway-state.ts';

const breakerStates = ['closed', 'half-open', 'open'] as const;

/** Creates the metrics of calls to the upstream and of their guards. Gauges read the state when they are scraped. */
export function createUpstreamMetrics(registers: [Registry<OpenMetricsContentType>], read: ReadGatewayState) {
  new Gauge({
    name: 'contactgraph_retry_budget_tokens',
    help: 'Retries that the retry budget allows now; each first attempt adds a tenth of one, up to ten.',
    registers,
    aggregator: 'min',
    collect() {
      this.set(read()?.retryTokens ?? 0);
    },
  });
  new Gauge({
    name: 'contactgraph_circuit_breaker_state',
    help: 'Whether the circuit breaker is in a state: 1 for closed, half-open or open, 0 for the two others.',
    labelNames: ['state'],
    registers,
    aggregator: 'max',
    collect() {
      const current = read()?.breaker;
      for (const state of breakerStates) this.set({ state }, state === current ? 1 : 0);
    },
  });
  new Gauge({
    name: 'contactgraph_limiter_limit',
    help: 'Calls that the concurrency limiter sends to the upstream at the same time at most.',
    registers,
    collect() {
      this.set(read()?.limiter.limit ?? 0);
    },
  });
  new Gauge({
    name: 'contactgraph_limiter_in_flight',
    help: 'Calls that have been sent to the upstream and are not answered yet.',
    registers,
    collect() {
      this.set(read()?.limiter.inFlight ?? 0);
    },
  });
  new Gauge({
    name: 'contactgraph_limiter_queued',
    help: 'Calls that wait for the concurrency limiter. "class" is "rate_limited" for tenants with a limit of their own, because the upstream has answered them with 429, and "normal" for all others.',
    labelNames: ['class'],
    registers,
    collect() {
      const { queued = 0, queuedOfRateLimited = 0 } = read()?.limiter ?? {};
      this.set({ class: 'normal' }, queued - queuedOfRateLimited);
      this.set({ class: 'rate_limited' }, queuedOfRateLimited);
    },
  });
  return {
    attempts: new Counter({
      name: 'contactgraph_upstream_attempts_total',
      help: 'Requests that were sent to the upstream, retries and logins included. "status_class" is 2xx to 5xx, or timeout, aborted, invalid or unreachable.',
      labelNames: ['endpoint', 'status_class'],
      registers,
    }),
    attemptDurations: new Histogram({
      name: 'contactgraph_upstream_attempt_duration_seconds',
      help: 'Time from the sending of a request to the upstream to its complete response or its failure, in seconds.',
      labelNames: ['endpoint'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    retries: new Counter({
      name: 'contactgraph_upstream_retries_total',
      help: 'Calls to the upstream that were sent again after a failure.',
      labelNames: ['endpoint'],
      registers,
    }),
    breakerChanges: new Counter({
      name: 'contactgraph_circuit_breaker_changes_total',
      help: 'How often the circuit breaker has changed to a state.',
      labelNames: ['state'],
      registers,
    }),
  };
}
