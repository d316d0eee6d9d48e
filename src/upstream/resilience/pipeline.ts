import type { Send, SendAttempt } from '../client/client.ts';
import { withAttemptGuards } from './attempt-guard.ts';
import { withAttemptTimeout } from './attempt-timeout.ts';
import { createCircuitBreaker, rejectBeforeQueueing } from './circuit-breaker.ts';
import { createConcurrencyLimiter } from './concurrency-limiter.ts';
import { createRateLimitGates } from './rate-limit-gate.ts';
import { withRetry } from './retry.ts';

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
  /** Called when the circuit breaker changes its state. */
  onBreaker?: (state: 'closed' | 'open' | 'half-open') => void;
};

/**
 * The guards of one call, for all callers of one upstream: retry → rate-limit gate → concurrency limiter → circuit breaker
 * → attempt time-out → `send`. A retry passes all guards behind it again, so a call that waits before it is repeated
 * occupies no slot of the limiter (ADR 16).
 *
 * @param send makes one attempt
 */
export function createCallPipeline(send: SendAttempt, options: CallPipelineOptions): Send {
  const { off, tryTimeoutMs, connections, queueMax, queueWaitMs, onBreaker } = options;
  const limiter = createConcurrencyLimiter({ max: connections, maxQueued: queueMax, maxWaitMs: queueWaitMs });
  const breaker = createCircuitBreaker({ windowMs: Math.max(4_000, tryTimeoutMs + 1_000), onChange: onBreaker });
  const has = (guard: Guard) => !off.includes(guard);
  const attemptGuards = [
    ...(has('rate-limit-gate') ? [createRateLimitGates()] : []),
    ...(has('concurrency-limiter') ? [rejectBeforeQueueing(breaker), limiter] : []),
    ...(has('circuit-breaker') ? [breaker] : []),
  ];
  const timed = has('attempt-timeout') ? withAttemptTimeout({ tryTimeoutMs })(send) : send;
  const guarded = attemptGuards.length > 0 ? withAttemptGuards(attemptGuards, timed) : timed;
  return has('retry') ? withRetry()(guarded) : guarded;
}
