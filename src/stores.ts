import type { Config } from './config.ts';
import type { Log } from './log.ts';
import type { Seal, SealPurpose } from './seal.ts';
import { type Changes, createLocalChanges } from './upstream/changes.ts';
import { createLocalIdempotencyStore, type IdempotencyStore } from './upstream/idempotency-store.ts';
import type { SharedCache } from './upstream/resilience/shared-cache.ts';
import { createValkeyCache } from './upstream/resilience/valkey-cache.ts';
import { connectValkey } from './upstream/valkey.ts';
import { createValkeyChanges } from './upstream/valkey-changes.ts';
import { createValkeyIdempotencyStore } from './upstream/valkey-idempotency-store.ts';
import { createValkeyWalkStore } from './upstream/valkey-walk-store.ts';
import { createLocalWalkStore, type WalkStore } from './upstream/walk-store.ts';

/** What is kept between requests. */
export type Stores = {
  readonly walks: WalkStore;
  readonly changes: Changes;
  readonly keys: IdempotencyStore;
  /** Where replicas share what they have read; a process alone has its memory. */
  readonly sharedCache: SharedCache | undefined;
  close(): Promise<void>;
};

/** In this process, or in the Valkey that replicas share. */
export function createStores(config: Config, sealFor: (purpose: SealPurpose) => Seal, log: Log): Stores {
  const { valkeyUrl, scrollStoreBytes, idempotencyStoreBytes } = config;
  if (valkeyUrl !== undefined) return shareStores(valkeyUrl.reveal(), sealFor, log);
  const walks = createLocalWalkStore(scrollStoreBytes);
  const changes = createLocalChanges();
  const keys = createLocalIdempotencyStore(idempotencyStoreBytes);
  return { walks, changes, keys, sharedCache: undefined, close: closing(walks, changes, keys) };
}

function shareStores(address: string, sealFor: (purpose: SealPurpose) => Seal, log: Log): Stores {
  const valkey = connectValkey(address, (reason) => {
    log.warn(
      { reason },
      'VALKEY_URL does not answer: until it does, lists may cost more calls, and writes with an Idempotency-Key are refused',
    );
  });
  const walks = createValkeyWalkStore(valkey, sealFor('walk'));
  const changes = createValkeyChanges(valkey, sealFor('change'));
  const keys = createValkeyIdempotencyStore(valkey);
  const sharedCache = createValkeyCache({
    ...{ valkey, address, seal: sealFor('cache') },
    onOutage: (reason) => log.warn({ reason }, 'what replicas write is not heard: until it is, reads are not cached'),
  });
  return { walks, changes, keys, sharedCache, close: closing(sharedCache, walks, changes, keys) };
}

function closing(...stores: readonly { close(): void | Promise<void> }[]) {
  return async () => {
    for (const store of stores) await store.close();
  };
}
