/** Time series for a minute each value: `of` are labels beside `job` and `instance`. */
export type Series = { readonly metric: string; readonly of?: string | undefined; readonly values: string };

/** When an alert fires, and the nearest case in which it must not. */
export type AlertCase = { readonly firing: readonly Series[]; readonly quiet: readonly Series[] };

const always = (metric: string, value: number, of?: string): Series => ({ metric, of, values: `${value}x60` });
/** A counter that grows by `step` each minute. */
const growing = (metric: string, step: number, of?: string): Series => ({ metric, of, values: `0+${step}x60` });

const operations = (code: string, step: number) => growing('contactgraph_operations_total', step, `code="${code}"`);
const errors = (code: string, step: number) => growing('contactgraph_operation_errors_total', step, `code="${code}"`);
const attempts = (status: string, step: number) =>
  growing('contactgraph_upstream_attempts_total', step, `endpoint="contact",status_class="${status}"`);

/** A histogram all of whose observations are between `below` and `upTo` seconds. */
const durations = (metric: string, below: number, upTo: number, of: string): Series[] => [
  growing(`${metric}_bucket`, 0, `${of},le="${below}"`),
  growing(`${metric}_bucket`, 60, `${of},le="${upTo}"`),
  growing(`${metric}_bucket`, 60, `${of},le="+Inf"`),
];
const queryTime = (below: number, upTo: number) =>
  durations('contactgraph_operation_duration_seconds', below, upTo, 'type="query"');
const upstreamTime = (below: number, upTo: number) =>
  durations('contactgraph_upstream_attempt_duration_seconds', below, upTo, 'endpoint="contact"');
const limiter = (inFlight: number, queued: number) => [
  always('contactgraph_limiter_limit', 64),
  always('contactgraph_limiter_in_flight', inFlight),
  always('contactgraph_limiter_queued', queued, 'class="normal"'),
];
const heap = (used: number) => [
  always('nodejs_heap_size_used_bytes', used),
  always('contactgraph_heap_limit_bytes', 100),
];

/** A case for each alert of `deploy/prometheus/alerts.yaml`, which a test compares with this table. */
export const alertCases: Readonly<Record<string, AlertCase>> = {
  ContactgraphDown: { firing: [always('up', 0)], quiet: [always('up', 1)] },
  ContactgraphAbsent: { firing: [], quiet: [always('up', 1)] },
  ContactgraphNotReady: { firing: [always('contactgraph_ready', 0)], quiet: [always('contactgraph_ready', 1)] },
  ContactgraphOperationsFail: {
    firing: [operations('OK', 90), operations('UPSTREAM_TIMEOUT', 10)],
    quiet: [operations('OK', 97), operations('UPSTREAM_TIMEOUT', 3), operations('BAD_USER_INPUT', 50)],
  },
  ContactgraphInternalErrors: {
    firing: [errors('INTERNAL', 1)],
    quiet: [errors('FORBIDDEN', 9), errors('INTERNAL', 0)],
  },
  ContactgraphOperationsSlow: { firing: queryTime(5, 10), quiet: queryTime(1, 5) },
  ContactgraphUpstreamFails: {
    firing: [attempts('2xx', 70), attempts('timeout', 30)],
    quiet: [attempts('2xx', 85), attempts('timeout', 15), attempts('4xx', 90)],
  },
  ContactgraphUpstreamSlow: { firing: upstreamTime(1, 2.5), quiet: upstreamTime(0.1, 1) },
  ContactgraphCircuitBreakerOpen: {
    firing: [always('contactgraph_circuit_breaker_state', 1, 'state="open"')],
    quiet: [
      always('contactgraph_circuit_breaker_state', 0, 'state="open"'),
      always('contactgraph_circuit_breaker_state', 1, 'state="closed"'),
    ],
  },
  ContactgraphCallsQueue: { firing: limiter(64, 5), quiet: limiter(64, 0) },
  ContactgraphRetryBudgetEmpty: {
    firing: [always('contactgraph_retry_budget_tokens', 0.5)],
    quiet: [always('contactgraph_retry_budget_tokens', 1)],
  },
  ContactgraphCallersRateLimited: { firing: [errors('RATE_LIMITED', 12)], quiet: [errors('RATE_LIMITED', 3)] },
  ContactgraphLoginsFail: {
    firing: [growing('contactgraph_token_logins_total', 1, 'result="refused"')],
    quiet: [growing('contactgraph_token_logins_total', 1, 'result="succeeded"')],
  },
  ContactgraphIssuerKeysFail: {
    firing: [growing('contactgraph_jwks_fetches_total', 1, 'result="failed"')],
    quiet: [growing('contactgraph_jwks_fetches_total', 1, 'result="succeeded"')],
  },
  ContactgraphValkeyDown: {
    firing: [always('contactgraph_valkey_up', 0)],
    quiet: [always('contactgraph_valkey_up', 1)],
  },
  ContactgraphDecodeWarnings: {
    firing: [growing('contactgraph_decode_warnings_total', 1, 'field="Contact.birthDate"')],
    quiet: [always('contactgraph_decode_warnings_total', 7, 'field="Contact.birthDate"')],
  },
  ContactgraphEventLoopBusy: {
    firing: [always('contactgraph_event_loop_utilization_ratio', 0.9)],
    quiet: [always('contactgraph_event_loop_utilization_ratio', 0.8)],
  },
  ContactgraphEventLoopDelayed: {
    firing: [always('nodejs_eventloop_lag_p99_seconds', 0.3)],
    quiet: [always('nodejs_eventloop_lag_p99_seconds', 0.02)],
  },
  ContactgraphHeapAlmostFull: { firing: heap(90), quiet: heap(80) },
  ContactgraphRequestsRefused: {
    firing: [growing('contactgraph_http_refused_requests_total', 1)],
    quiet: [always('contactgraph_http_refused_requests_total', 4)],
  },
  ContactgraphConnectionsDropped: {
    firing: [growing('contactgraph_http_dropped_connections_total', 1)],
    quiet: [always('contactgraph_http_dropped_connections_total', 4)],
  },
  ContactgraphLogLinesDropped: {
    firing: [growing('contactgraph_dropped_log_lines_total', 1)],
    quiet: [always('contactgraph_dropped_log_lines_total', 4)],
  },
  ContactgraphWorkersRestart: {
    firing: [growing('contactgraph_worker_restarts_total', 1)],
    quiet: [{ metric: 'contactgraph_worker_restarts_total', values: '0x50 1x10' }],
  },
};
