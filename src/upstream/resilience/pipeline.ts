import type { Send, SendAttempt } from '../client/client.ts';
import { withAttemptGuards } from './attempt-guard.ts';
import { withAttemptTimeout } from './attempt-timeout.ts';
import { createCircuitBreaker, rejectBeforeQueueing } from './circuit-breaker.ts';
import { createConcurrencyLimiter } from './concurrency-limiter.ts';
import { createRateLimitGates } from './rate-limit-gate.ts';
import { withRetry } from './retry.ts';

/** What stands between an operation and the upstream, from the outside in; each can be left out. */
export const guards = [
  'admission',
  'coalescer',
  'cache',
  'retry',
  'gate',
  'limiter',
  'breaker',
  'try-timeout',
] as const;
export type Guard = (typeof guards)[number];

export type CallPipelineOptions = {
  /** Guards that are left out. */
  readonly off: readonly Guard[];
  tryTimeoutMs: number;
  connections: number;
  queueMax: number;
  queueWaitMs: number;
  /** Hears that the upstream is taken for dead, or alive again. */
  onBreaker?: (state: 'closed' | 'open' | 'half-open') => void;
};

/**
 * The way of one call to the upstream, for all callers of one upstream: retry → gate → limiter → breaker → time-out of a
 * try → `send`. A retry passes all that is behind it again, so a call that waits before it is repeated holds no place that
 * another could have (ADR 16).
 */
export function createCallPipeline(send: SendAttempt, options: CallPipelineOptions): Send {
  const { off, tryTimeoutMs, connections, queueMax, queueWaitMs, onBreaker } = options;
  const limiter = createConcurrencyLimiter({ max: connections, maxQueued: queueMax, maxWaitMs: queueWaitMs });
  const breaker = createCircuitBreaker({ windowMs: Math.max(4_000, tryTimeoutMs + 1_000), onChange: onBreaker });
  const has = (guard: Guard) => !off.includes(guard);
  const before = [
    ...(has('gate') ? [createRateLimitGates()] : []),
    ...(has('limiter') ? [rejectBeforeQueueing(breaker), limiter] : []),
    ...(has('breaker') ? [breaker] : []),
  ];
  const timed = has('try-timeout') ? withAttemptTimeout({ tryTimeoutMs })(send) : send;
  const guarded = before.length > 0 ? withAttemptGuards(before, timed) : timed;
  return has('retry') ? withRetry()(guarded) : guarded;
}
