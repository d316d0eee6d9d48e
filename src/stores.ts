import type { Config } from './config/config.ts';
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
import { connectValkey } from './valkey/connection.ts';

/** What is kept between requests. */
export type Stores = {
  readonly scrollSessionStore: ScrollSessionStore;
  readonly writeLog: WriteLog;
  readonly idempotencyStore: IdempotencyStore;
  /** Where replicas share what they have read; a process alone has its memory. */
  readonly sharedCache: SharedCache | undefined;
  close(): Promise<void>;
};

/** In this process, or in the Valkey that replicas share. */
export function createStores(config: Config, sealFor: (purpose: AeadPurpose) => Aead, log: Log): Stores {
  const { valkeyUrl, scrollStoreBytes, idempotencyStoreBytes } = config;
  if (valkeyUrl !== undefined) return shareStores(valkeyUrl.reveal(), sealFor, log);
  const scrollSessionStore = createLocalScrollSessionStore(scrollStoreBytes);
  const writeLog = createLocalWriteLog();
  const idempotencyStore = createLocalIdempotencyStore(idempotencyStoreBytes);
  return {
    scrollSessionStore,
    writeLog,
    idempotencyStore,
    sharedCache: undefined,
    close: closing(scrollSessionStore, writeLog, idempotencyStore),
  };
}

function shareStores(address: string, sealFor: (purpose: AeadPurpose) => Aead, log: Log): Stores {
  const valkey = connectValkey(address, (reason) => {
    log.warn(
      { reason },
      'VALKEY_URL does not answer: until it does, lists may cost more calls, and writes with an Idempotency-Key are refused',
    );
  });
  const scrollSessionStore = createValkeyScrollSessionStore(valkey, sealFor('walk'));
  const writeLog = createValkeyWriteLog(valkey, sealFor('change'));
  const idempotencyStore = createValkeyIdempotencyStore(valkey);
  const sharedCache = createValkeyCache({
    ...{ valkey, address, aead: sealFor('cache') },
    onOutage: (reason) => log.warn({ reason }, 'what replicas write is not heard: until it is, reads are not cached'),
  });
  return {
    scrollSessionStore,
    writeLog,
    idempotencyStore,
    sharedCache,
    close: closing(sharedCache, scrollSessionStore, writeLog, idempotencyStore),
  };
}

function closing(...stores: readonly { close(): void | Promise<void> }[]) {
  return async () => {
    for (const store of stores) await store.close();
  };
}
