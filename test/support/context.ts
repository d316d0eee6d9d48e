import { randomBytes } from 'node:crypto';
import { CallAllowance } from '../../src/call-budget/call-allowance.ts';
import { LocalBuckets } from '../../src/call-budget/local-buckets.ts';
import { createAead } from '../../src/crypto/aead.ts';
import { createCursorCipher } from '../../src/crypto/cursor-cipher.ts';
import { createKeyedHash } from '../../src/crypto/keyed-hash.ts';
import type { ContextOptions } from '../../src/operation/context-options.ts';
import { createCachedReads } from '../../src/upstream/cache/cached-read.ts';
import type { UpstreamClient } from '../../src/upstream/client/client.ts';
import { createUsage } from '../../src/upstream/operation/usage.ts';
import { createPrefetch } from '../../src/upstream/pagination/prefetch.ts';
import { createLocalScrollSessionStore } from '../../src/upstream/pagination/session-store.ts';
import { createCallAvailability } from '../../src/upstream/resilience/call-availability.ts';
import { createFanOutAdmission } from '../../src/upstream/resilience/fan-out-admission.ts';
import { createLocalWriteLog } from '../../src/upstream/write-log/write-log.ts';
import { noSessions } from './sessions.ts';

/** Options of a context without a cache or another state that is shared between tests, so that every read is an upstream call. */
export function contextOptions({ send }: UpstreamClient): Omit<ContextOptions, 'caller' | 'deadline'> {
  return {
    send,
    callBudget: { allowanceFor: () => new CallAllowance(new LocalBuckets(), undefined, '') },
    cachedReads: createCachedReads({}),
    fanOutAdmission: createFanOutAdmission({ maxCallsPerCaller: Number.POSITIVE_INFINITY }),
    existenceCall: createCallAvailability(),
    organizations: new Map(),
    cursorCipher: createCursorCipher(createAead([randomBytes(32)], 'cursor')),
    idHash: createKeyedHash(randomBytes(32), 'ids'),
    scrollSessionStore: createLocalScrollSessionStore(1_000_000),
    writeLog: createLocalWriteLog(),
    createIdempotentWrite:
      () =>
      ({ write }) =>
        write(),
    maxRescanRows: 0,
    ...noSessions,
    prefetch: createPrefetch(500),
    maxPageSize: 1000,
    wifiServerDomain: undefined,
    mustBeFresh: false,
    clientAddress: undefined,
    usage: createUsage(),
    showsCost: false,
    planRequest: 'none',
  };
}

/** The deadline of an operation whose client does not disconnect. */
export function deadlineIn(ms = 5_000): ContextOptions['deadline'] {
  const signal = AbortSignal.timeout(ms);
  return { signal, timeoutSignal: signal, endsAt: performance.now() + ms, onEnd: () => undefined };
}
