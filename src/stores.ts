import { type CallBudget, createCallBudget } from './call-budget/call-budget.ts';
import type { Config } from './config/config.ts';
import { decodeEncryptionKeys } from './config/cursor-keys.ts';
import type { Aead, AeadPurpose } from './crypto/aead.ts';
import { createLocalIdempotencyStore, type IdempotencyStore } from './idempotency/store.ts';
import { createValkeyIdempotencyStore } from './idempotency/valkey-store.ts';
import type { Log } from './log.ts';
import type { SharedCache } from './upstream/cache/shared-cache.ts';
import { createValkeyCache } from './upstream/cache/valkey-cache.ts';
import { createLocalScrollSessionStore, type ScrollSessionStore } from './upstream/pagination/session-store.ts';
import { createValkeyScrollSessionStore } from './upstream/pagination/valkey-session-store.ts';
import { createValkeyWriteLog } from './upstream/write-log/valkey-write-log.ts';
import { createLocalWriteLog, type WriteLog } from './upstream/write-log/write-log.ts';
import { connectValkey, type Valkey } from './valkey/connection.ts';

/** The state that outlives a request. */
export type Stores = {
  readonly scrollSessionStore: ScrollSessionStore;
  readonly writeLog: WriteLog;
  readonly idempotencyStore: IdempotencyStore;
  /** The upstream calls that each caller may cause over time. */
  readonly callBudget: CallBudget;
  /** The cache that replicas share; undefined for a single process, which caches in its memory. */
  readonly sharedCache: SharedCache | undefined;
  /** Whether Valkey answers, and since when, in ms since 1970; undefined for a single process. */
  valkeyState(): { readonly isUp: boolean; readonly since: number } | undefined;
  /** The Valkey for what has no store of its own; undefined for a single process. */
  readonly valkey: Valkey | undefined;
  close(): Promise<void>;
};

/** Stores that replicas share, in place of those of the configuration. The caller closes them. */
export type ReplacedStores = Partial<
  Pick<Stores, 'scrollSessionStore' | 'writeLog' | 'idempotencyStore' | 'callBudget'>
>;

type StoresOfServer = Omit<Stores, 'callBudget'>;

/** Creates the stores in the memory of this process, or in the Valkey that replicas share. */
export function createStores(config: Config, aeadFor: (purpose: AeadPurpose) => Aead, log: Log): Stores {
  const { valkeyUrl, callLimits, session } = config;
  const stores = valkeyUrl === undefined ? createLocalStores(config) : shareStores(valkeyUrl.reveal(), aeadFor, log);
  const [hashKey] = decodeEncryptionKeys(session.keys);
  return { ...stores, callBudget: createCallBudget(callLimits, hashKey, stores.valkey) };
}

function createLocalStores({ scrollStoreBytes, idempotencyStoreBytes }: Config): StoresOfServer {
  const scrollSessionStore = createLocalScrollSessionStore(scrollStoreBytes);
  const writeLog = createLocalWriteLog();
  const idempotencyStore = createLocalIdempotencyStore(idempotencyStoreBytes);
  return {
    scrollSessionStore,
    writeLog,
    idempotencyStore,
    sharedCache: undefined,
    valkey: undefined,
    valkeyState: () => undefined,
    close: closeAll(scrollSessionStore, writeLog, idempotencyStore),
  };
}

function shareStores(address: string, aeadFor: (purpose: AeadPurpose) => Aead, log: Log): StoresOfServer {
  let state = { isUp: true, since: Date.now() };
  const valkey = connectValkey(
    address,
    (reason) => {
      state = { isUp: false, since: Date.now() };
      log.warn(
        { reason },
        'VALKEY_URL does not answer: until it does, lists may cost more calls, writes with an Idempotency-Key are refused, and each process counts calls and attempts for itself',
      );
    },
    () => {
      state = { isUp: true, since: Date.now() };
      log.info('VALKEY_URL answers again');
    },
  );
  const scrollSessionStore = createValkeyScrollSessionStore(valkey, aeadFor('scroll-session'));
  const writeLog = createValkeyWriteLog(valkey, aeadFor('change'));
  const idempotencyStore = createValkeyIdempotencyStore(valkey, undefined, {
    onGivenUp: (count) =>
      log.error(
        { count },
        'outcomes of writes with an Idempotency-Key are given up, because VALKEY_URL does not store them: a repeated write may be made again',
      ),
  });
  const sharedCache = createValkeyCache({
    ...{ valkey, address, aead: aeadFor('cache') },
    onOutage: (reason) =>
      log.warn({ reason }, 'invalidations of other replicas are not received: until they are, reads are not cached'),
    onRecovery: () => log.info('invalidations of other replicas are received again'),
  });
  return {
    scrollSessionStore,
    writeLog,
    idempotencyStore,
    sharedCache,
    valkey,
    valkeyState: () => state,
    // The idempotency store first: it uses the connection once more, which the others close.
    close: closeAll(sharedCache, idempotencyStore, scrollSessionStore, writeLog),
  };
}

function closeAll(...stores: readonly { close(): void | Promise<void> }[]) {
  return async () => {
    for (const store of stores) await store.close();
  };
}
