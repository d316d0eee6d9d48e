import type { ResilienceConfig } from '../config/resilience.ts';
import type { Log } from '../log.ts';
import { createCache } from './cache/cache.ts';
import { type CachedReads, createCachedReads } from './cache/cached-read.ts';
import { createCoalescer } from './cache/coalescer.ts';
import type { SharedCache } from './cache/shared-cache.ts';
import type { Send, SendAttempt } from './client/client.ts';
import { createFanOutAdmission, type FanOutAdmission } from './resilience/fan-out-admission.ts';
import { createCallPipeline } from './resilience/pipeline.ts';

/** The way to the upstream that all operations of a process share: docs/resilience.md. */
export type ResilienceStack = {
  readonly send: Send;
  readonly cachedReads: CachedReads;
  readonly fanOutAdmission: FanOutAdmission;
};

/** Calls for which operations of one caller may have begun, for each socket: while some read their lists, others use the sockets. */
const roomOfSocket = 2;

/** @param sharedCache what replicas share of what they have read, where there are several */
export function createResilienceStack(
  send: SendAttempt,
  config: ResilienceConfig,
  sharedCache: SharedCache | undefined,
  log: Log,
): ResilienceStack {
  const { off, cacheBytes, cacheRules, connections, queueWaitMs } = config;
  const hasCache = !off.includes('cache') && cacheBytes > 0;
  return {
    fanOutAdmission: createFanOutAdmission({
      maxCallsPerCaller: off.includes('admission') ? Infinity : roomOfSocket * connections,
      maxWaitMs: queueWaitMs,
    }),
    send: createCallPipeline(send, {
      ...config,
      onBreaker: (state) => log.warn({ state }, 'the breaker: open while the upstream does not answer'),
    }),
    cachedReads: createCachedReads({
      coalescer: off.includes('coalescer') ? undefined : createCoalescer(),
      ...(hasCache && { cache: createCache({ maxBytes: cacheBytes }), sharedCache, policy: cacheRules }),
    }),
  };
}
