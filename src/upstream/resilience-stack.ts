import type { Log } from '../log.ts';
import { createCache } from './cache/cache.ts';
import { type CachedReads, type CachedReadsOptions, createCachedReads } from './cache/cached-read.ts';
import { createCoalescer } from './cache/coalescer.ts';
import type { CachePolicy } from './cache/policy.ts';
import type { SharedCache } from './cache/shared-cache.ts';
import type { Send, SendAttempt } from './client/client.ts';
import { type CallAvailability, createCallAvailability } from './resilience/call-availability.ts';
import { createFanOutAdmission, type FanOutAdmission } from './resilience/fan-out-admission.ts';
import { type CallPipelineOptions, type CallPipelineState, createCallPipeline } from './resilience/pipeline.ts';

/** How the gateway treats an upstream that is slow, overloaded or down: docs/resilience.md has the defaults and why. */
export type ResilienceOptions = Omit<CallPipelineOptions, 'onBreaker' | 'onRetry'> & {
  /** Memory for cached responses in bytes; 0 switches the cache off. */
  readonly cacheBytes: number;
  readonly cacheRules: CachePolicy;
};

/** What all operations of a process share to call the upstream: docs/resilience.md. */
export type ResilienceStack = {
  readonly send: Send;
  readonly cachedReads: CachedReads;
  readonly fanOutAdmission: FanOutAdmission;
  readonly existenceCall: CallAvailability;
  /** The state of the guards now. */
  readonly guardState: () => CallPipelineState;
};

/** Functions that are told what the guards and the cache do. */
export type StackObservers = Pick<CallPipelineOptions, 'onBreaker' | 'onRetry'> & Pick<CachedReadsOptions, 'onRead'>;

/** The lines of the log about the circuit breaker. */
const breakerLines = {
  open: { level: 'warn', text: 'the circuit breaker is open: the upstream does not answer, and calls fail at once' },
  'half-open': { level: 'info', text: 'the circuit breaker is half-open: one call shows whether the upstream answers' },
  closed: { level: 'info', text: 'the circuit breaker is closed: the upstream answers again' },
} as const;

/** Calls of admitted operations of one caller, for each socket: while some read their lists, others use the sockets. */
const admittedCallsPerSocket = 2;

/**
 * Builds the stack around `send`, which makes one attempt of one call.
 *
 * @param sharedCache the cache that replicas share, where there are several
 */
export function createResilienceStack(
  send: SendAttempt,
  options: ResilienceOptions,
  sharedCache: SharedCache | undefined,
  log: Log,
  { onBreaker, onRetry, onRead }: StackObservers = {},
): ResilienceStack {
  const { off, cacheBytes, cacheRules, connections, queueWaitMs } = options;
  const hasCache = !off.includes('cache') && cacheBytes > 0;
  const pipeline = createCallPipeline(send, {
    ...options,
    onBreaker(state) {
      const { level, text } = breakerLines[state];
      log[level]({ state }, text);
      onBreaker?.(state);
    },
    onRetry,
  });
  return {
    existenceCall: createCallAvailability(),
    fanOutAdmission: createFanOutAdmission({
      maxCallsPerCaller: off.includes('fan-out-admission') ? Infinity : admittedCallsPerSocket * connections,
      maxWaitMs: queueWaitMs,
    }),
    send: pipeline.send,
    guardState: pipeline.state,
    cachedReads: createCachedReads({
      coalescer: off.includes('coalescer') ? undefined : createCoalescer(),
      onRead,
      ...(hasCache && { cache: createCache({ maxBytes: cacheBytes }), sharedCache, policy: cacheRules }),
    }),
  };
}
