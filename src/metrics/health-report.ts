import { version as nodeVersion } from 'node:process';
import type { GatewayState } from './gateway-state.ts';
import type { CallSummary, RecentCalls } from './recent-calls.ts';

/** An endpoint with so many failed calls, of all of the last minutes, is failing. */
const failingShare = 0.1;
/** An endpoint of which half of the calls took longer than this, in ms, is slow. */
const slowMs = 1_000;
/** Fewer calls than this say nothing about an endpoint. */
const minCalls = 5;

/** The health report of a process. */
export type HealthReport = {
  readonly status: 'ok' | 'degraded' | 'failing';
  /** What is wrong, in words. */
  readonly reasons: readonly string[];
  readonly [detail: string]: unknown;
};

/**
 * Describes the state of a process for people: what is wrong, in words, and the figures behind it. It has names, numbers and
 * times only, so that it can be shown to every operator.
 *
 * @param state undefined while the process starts
 */
export function createHealthReport(
  state: GatewayState | undefined,
  recentCalls: RecentCalls,
  version: string,
): HealthReport {
  const endpoints = [...recentCalls.read()].map(([name, summary]) => ({ name, state: stateOf(summary), ...summary }));
  const failing = state === undefined ? ['the process starts'] : findFailures(state);
  const degraded = [
    ...endpoints
      .filter((each) => each.state !== 'ok')
      .map((each) => `the upstream endpoint ${each.name} is ${each.state}`),
    ...(state === undefined ? [] : findDegradations(state)),
  ];
  return {
    status: failing.length > 0 ? 'failing' : degraded.length > 0 ? 'degraded' : 'ok',
    reasons: [...failing, ...degraded],
    versions: { contactgraph: version, node: nodeVersion, schema: state?.schemaHash() },
    uptimeSeconds: Math.round(performance.now() / 1_000),
    ready: state?.isReady ?? false,
    draining: state?.isDraining ?? false,
    upstream: {
      endpoints,
      circuitBreaker: state?.breaker,
      limiter: state?.limiter,
      retryTokens: state?.retryTokens,
    },
    valkey: state?.valkey && { up: state.valkey.isUp, since: new Date(state.valkey.since).toISOString() },
    issuerKeys: state?.jwks && {
      usable: state.jwks.isReady,
      ageSeconds: state.jwks.ageMs === undefined ? undefined : Math.round(state.jwks.ageMs / 1_000),
    },
    http: state?.http,
    trustedDocuments: state?.trustedDocuments,
    droppedLogLines: state?.droppedLogLines,
  };
}

function stateOf({ calls, failures, p50Ms }: CallSummary): 'ok' | 'slow' | 'failing' {
  if (calls < minCalls) return 'ok';
  if (failures >= failingShare * calls) return 'failing';
  return p50Ms > slowMs ? 'slow' : 'ok';
}

function findFailures({ isReady, isDraining, breaker, jwks }: GatewayState): string[] {
  return [
    ...(isDraining ? ['the process is stopping'] : []),
    ...(breaker === 'open' ? ['the circuit breaker is open: calls to the upstream are rejected'] : []),
    ...(jwks?.isReady === false ? ['there are no usable keys of the issuer: no access token can be verified'] : []),
    ...(isReady || isDraining || jwks?.isReady === false ? [] : ['callers cannot be authenticated now']),
  ];
}

function findDegradations({ breaker, limiter, valkey, droppedLogLines }: GatewayState): string[] {
  return [
    ...(breaker === 'half-open' ? ['the circuit breaker probes the upstream'] : []),
    ...(limiter.queued > 0 ? ['calls wait for the concurrency limiter'] : []),
    ...(valkey?.isUp === false ? ['Valkey does not answer'] : []),
    ...(droppedLogLines > 0 ? ['lines of the log were dropped'] : []),
  ];
}
