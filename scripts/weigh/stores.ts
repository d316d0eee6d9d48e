import { randomBytes, randomUUID } from 'node:crypto';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { parse } from 'graphql';
import { createSessionAttempts } from '../../src/attempts/session-attempts.ts';
import { createCallBudget } from '../../src/call-budget/call-budget.ts';
import { createApqStore } from '../../src/documents/apq-store.ts';
import { RateLimited } from '../../src/errors.ts';
import { createDocumentMemory } from '../../src/execution/document-memory.ts';
import { findAccepted } from '../../src/http/request.ts';
import { createLocalIdempotencyStore } from '../../src/idempotency/store.ts';
import { createUnstoredOutcomes } from '../../src/idempotency/unstored-outcomes.ts';
import { createDocumentCache } from '../../src/plugins/document-cache.ts';
import { createCache } from '../../src/upstream/cache/cache.ts';
import type { ScrollSession } from '../../src/upstream/pagination/scroll-session.ts';
import { createLocalScrollSessionStore } from '../../src/upstream/pagination/session-store.ts';
import { createRateLimitGates } from '../../src/upstream/resilience/rate-limit-gate.ts';
import { createTenantLimits } from '../../src/upstream/resilience/tenant-limits.ts';
import { createLocalWriteLog } from '../../src/upstream/write-log/write-log.ts';
import { type Fill, hashLength, type Store, store, unique } from './store.ts';
import { tokenStores } from './token-stores.ts';

const megabytes = 2 ** 20;
const callerKey = 'c'.repeat(hashLength);
const session: Omit<ScrollSession, 'id'> = {
  size: 1,
  bounds: {},
  sid: 's'.repeat(32),
  ended: false,
  pageStarts: [0],
  end: 1,
  count: { total: 101, read: 1 },
  lastPageFirstId: 'r'.repeat(32),
  start: { created: 0 } as unknown as ScrollSession['start'],
  hasPrevious: false,
};

/** All stores whose keys a caller can choose. */
export const stores: readonly Store[] = [
  ...tokenStores,
  store('attempts with usernames', 100_000, () => {
    const attempts = createSessionAttempts(
      { perUsername: 10, perCaller: 1_000_000, tokensPerCaller: 20, windowMs: 900_000 },
      randomBytes(32),
      undefined,
    );
    const call = async (): Promise<never> => Promise.reject(new Error('no call'));
    const credential = { id: '', bearer: call, onRejected: call };
    const caller = { organizationId: '', subject: '', scopes: [], credential, isAnonymous: true } as const;
    return (index) =>
      attempts.count({ caller, organizationId: 'o', username: unique(index, 32), clientAddress: '127.0.0.1' });
  }),
  store('budgets of upstream calls', 200_000, () => {
    const limits = { perToken: 600, perContact: 600, perAddress: 600, burstSeconds: 60, perOperation: 500 };
    const budget = createCallBudget(limits, randomBytes(32), undefined);
    const call = async (): Promise<never> => Promise.reject(new Error('no call'));
    const credential = { id: '', bearer: call, onRejected: call };
    return (index) => {
      const caller = { organizationId: 'o', subject: unique(index, 32), scopes: [], credential };
      return budget.allowanceFor(caller, undefined).take(1);
    };
  }),
  store('parsed documents of one field (32 MiB)', 5_000, () => keepDocuments(1)),
  store('parsed documents of 300 fields (32 MiB)', 2_000, () => keepDocuments(300)),
  store('rate-limit gates', 50_000, () => {
    const gates = createRateLimitGates();
    return (index) => gates.leave(undefined, callOf(unique(index, hashLength)), new RateLimited('', 60));
  }),
  store('tenant limits', 50_000, () => {
    const tenants = createTenantLimits({ min: 4, max: 256 });
    return (index) => {
      const tenant = tenants.find(unique(index, 32));
      tenants.slowDown(tenant, 0);
      tenants.forget(tenant);
    };
  }),
  store('response cache, absent contacts (64 MiB)', 400_000, () => {
    const cache = createCache({ maxBytes: 64 * megabytes });
    return (index) => {
      const key = `${callerKey} /v2/contacts/${unique(index, 32)}`;
      cache.put(key, unique(index, 65), cache.currentInvalidation(), { value: {}, requestedAt: 0, bytes: undefined });
    };
  }),
  store('response cache, contacts of 1.5 kB read twice (64 MiB)', 100_000, () => {
    const cache = createCache({ maxBytes: 64 * megabytes });
    const json = JSON.stringify(Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`field${n}`, `value ${n}`])));
    return (index) => {
      const key = `${callerKey} /v2/contacts/${unique(index, 32)}`;
      const bytes = Buffer.from(json);
      cache.put(key, unique(index, 65), cache.currentInvalidation(), { value: {}, requestedAt: 0, bytes });
      cache.get(key, (held) => JSON.parse(held.toString()));
    };
  }),
  store('scroll session store, empty pages (64 MiB)', 200_000, () => fillWalks(40)),
  store('scroll session store, pages of one row (64 MiB)', 200_000, () => fillWalks(1_500)),
  store('idempotency records (32 MiB)', 100_000, () => {
    const records = createLocalIdempotencyStore(32 * megabytes);
    return async (index) => {
      const claim = await records.reserve(unique(index, hashLength), Buffer.alloc(130), 1_000, `caller-${index % 64}`);
      if (claim?.state === 'yours') await claim.complete(Buffer.alloc(400));
    };
  }),
  store('outcomes of writes that Valkey has not stored (8 MiB)', 50_000, () => {
    const outcomes = createUnstoredOutcomes({ retryMs: 2 ** 30, maxRetryMs: 2 ** 30 });
    const record = () => Buffer.alloc(400);
    return (index) => outcomes.store(unique(index, hashLength), { record: record(), send: async () => undefined });
  }),
  store('media types of Accept', 10_000, () => {
    const request = new IncomingMessage(new Socket());
    return (index) => {
      const headers = { 'content-type': 'application/json', accept: `application/json,${unique(index, 180)}` };
      findAccepted(Object.assign(request, { method: 'POST', url: '/graphql', headers }));
    };
  }),
  store('automatic persisted queries of 50 characters (8 MiB)', 100_000, () => {
    const queries = createApqStore(8 * megabytes, undefined);
    return (index) => queries.keep(unique(index, 64), unique(index, 50));
  }),
  store('automatic persisted queries of 5,000 characters (8 MiB)', 10_000, () => {
    const queries = createApqStore(8 * megabytes, undefined);
    return (index) => queries.keep(unique(index, 64), unique(index, 5_000));
  }),
  store('write log', 300_000, () => {
    const log = createLocalWriteLog();
    const at = '2026-01-01T00:00:00.000Z';
    return (index) => log.record({ organizationId: 'o'.repeat(32), cid: unique(index, 32), at: `${at}${index}` });
  }),
];

/** @param fields the number of fields of each document */
function keepDocuments(fields: number): Fill {
  const documents = createDocumentCache(createDocumentMemory(32 * megabytes));
  return (index) => {
    const text = `{ ${Array.from({ length: fields }, (_, n) => `a${index}_${n}: __typename`).join(' ')} }`;
    documents.keep(text, parse(text));
  };
}

function fillWalks(bodyBytes: number): Fill {
  const sessions = createLocalScrollSessionStore(64 * megabytes);
  return async (index) => {
    const id = randomUUID();
    const own: ScrollSession = { ...session, id, pageStarts: [0] };
    await sessions.save(`${callerKey}/${id}`, own, [{ from: 0, body: Buffer.alloc(bodyBytes, index % 256) }]);
    await sessions.save(`${callerKey}/${id} after 0`, { ...own }, []);
  };
}

function callOf(credentialId: string) {
  return { credentialId } as unknown as Parameters<ReturnType<typeof createRateLimitGates>['leave']>[1];
}
