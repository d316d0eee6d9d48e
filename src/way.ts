import type { Log } from './log.ts';
import type { ResilienceConfig } from './resilience-config.ts';
import type { Send, Try } from './upstream/client.ts';
import { type Admission, createAdmission } from './upstream/resilience/admission.ts';
import { createCache } from './upstream/resilience/cache.ts';
import { guardCalls } from './upstream/resilience/chain.ts';
import { createCoalescer } from './upstream/resilience/coalescer.ts';
import { createReads, type Reads } from './upstream/resilience/reads.ts';
import type { SharedCache } from './upstream/resilience/shared-cache.ts';

/** The way to the upstream that all operations of a process share: docs/resilience.md. */
export type Way = { readonly send: Send; readonly reads: Reads; readonly admission: Admission };

/** Calls for which operations of one caller may have begun, for each socket: while some read their lists, others use the sockets. */
const roomOfSocket = 2;

/** @param sharedCache what replicas share of what they have read, where there are several */
export function createWay(send: Try, config: ResilienceConfig, sharedCache: SharedCache | undefined, log: Log): Way {
  const { off, cacheBytes, cacheRules, connections, queueWaitMs } = config;
  const hasCache = !off.includes('cache') && cacheBytes > 0;
  return {
    admission: createAdmission({
      room: off.includes('admission') ? Infinity : roomOfSocket * connections,
      maxWaitMs: queueWaitMs,
    }),
    send: guardCalls(send, {
      ...config,
      onBreaker: (state) => log.warn({ state }, 'the breaker: open while the upstream does not answer'),
    }),
    reads: createReads({
      coalescer: off.includes('coalescer') ? undefined : createCoalescer(),
      ...(hasCache && { cache: createCache({ maxBytes: cacheBytes }), sharedCache, rules: cacheRules }),
    }),
  };
}
