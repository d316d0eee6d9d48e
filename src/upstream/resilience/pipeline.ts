import type { Send, SendAttempt, UpstreamCall } from '../client/client.ts';
import { withAttemptGuards } from './attempt-guard.ts';
import { recordAttempts } from './attempt-record.ts';
import { withAttemptTimeout } from './attempt-timeout.ts';
import { type CircuitBreakerState, createCircuitBreaker, rejectBeforeQueueing } from './circuit-breaker.ts';
import { type ConcurrencyLimiterState, createConcurrencyLimiter } from './concurrency-limiter.ts';
import { createRateLimitGates } from './rate-limit-gate.ts';
import { withRetry } from './retry.ts';
import { createRetryBudget } from './retry-budget.ts';

/** The guards between an operation and the upstream, from the outside in. Each can be switched off by its name. */
export const guards = [
  'fan-out-admission',
  'coalescer',
  'cache',
  'retry',
  'rate-limit-gate',
  'concurrency-limiter',
  'circuit-breaker',
  'attempt-timeout',
] as const;
/** The name of a guard. */
export type Guard = (typeof guards)[number];

/** Names of guards in earlier versions, which configurations may still use. */
export const formerGuardNames: Readonly<Record<string, Guard>> = {
  admission: 'fan-out-admission',
  gate: 'rate-limit-gate',
  limiter: 'concurrency-limiter',
  breaker: 'circuit-breaker',
  'try-timeout': 'attempt-timeout',
};

/** The options of the guards; times in ms. */
export type CallPipelineOptions = {
  /** Guards that are switched off. */
  readonly off: readonly Guard[];
  tryTimeoutMs: number;
  connections: number;
  queueMax: number;
  queueWaitMs: number;
  /** The time after which an operation is slow, whose attempts are logged then; 0 logs none. */
  slowOperationMs: number;
  /** Called when the circuit breaker changes its state. */
  onBreaker?: (state: CircuitBreakerState) => void;
  /** Called for each repeat of a call. */
  onRetry?: ((call: UpstreamCall) => void) | undefined;
};

/** The state of the guards, also of those that are switched off. */
export type CallPipelineState = {
  limiter: ConcurrencyLimiterState;
  breaker: CircuitBreakerState;
  /** Retries that the retry budget allows now. */
  retryTokens: number;
};

/**
 * The guards of one call, for all callers of one upstream: retry → rate-limit gate → concurrency limiter → circuit breaker
 * → attempt time-out → `send`. A retry passes all guards behind it again, so a call that waits before it is repeated
 * occupies no slot of the limiter (ADR 16).
 *
 * @param send makes one attempt
 */
export function createCallPipeline(
  send: SendAttempt,
  options: CallPipelineOptions,
): { send: Send; state(): CallPipelineState } {
  const { off, tryTimeoutMs, connections, queueMax, queueWaitMs, slowOperationMs, onBreaker, onRetry } = options;
  const limiter = createConcurrencyLimiter({ max: connections, maxQueued: queueMax, maxWaitMs: queueWaitMs });
  const breaker = createCircuitBreaker({ windowMs: Math.max(4_000, tryTimeoutMs + 1_000), onChange: onBreaker });
  const budget = createRetryBudget();
  const has = (guard: Guard) => !off.includes(guard);
  const attemptGuards = [
    ...(has('rate-limit-gate') ? [createRateLimitGates()] : []),
    ...(has('concurrency-limiter') ? [rejectBeforeQueueing(breaker), limiter] : []),
    ...(has('circuit-breaker') ? [breaker] : []),
    recordAttempts(slowOperationMs),
  ];
  const withTimeout = withAttemptTimeout({ tryTimeoutMs, minAfterWaitMs: limiter.hangsAfterMs });
  const timed = has('attempt-timeout') ? withTimeout(send) : send;
  const guarded = withAttemptGuards(attemptGuards, timed);
  return {
    send: has('retry') ? withRetry({ budget, onRetry })(guarded) : guarded,
    state: () => ({ limiter: limiter.state(), breaker: breaker.state(), retryTokens: budget.saved() }),
  };
}
