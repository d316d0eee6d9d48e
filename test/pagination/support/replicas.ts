import { randomBytes } from 'node:crypto';
import { type Aead, createAead } from '../../../src/crypto/aead.ts';
import { createValkeyScrollSessionStore } from '../../../src/upstream/pagination/valkey-session-store.ts';
import { connectValkey } from '../../../src/valkey/connection.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { createLosableStore } from './losable-store.ts';
import { newLocalStore, type Stack, startStack } from './stack.ts';

export const ways = ['together', 'apart', 'valkey'] as const;

/** Three replicas each: with one store in memory together, with a store in memory for each replica, and with a Valkey server. */
export type Replicas = Readonly<Record<(typeof ways)[number], Stack>> & { close(): Promise<void> };

/** Pages of any size are prefetched, because the pages of the tests are small. */
const prefetching = { READ_AHEAD_ROWS: '1' };

export async function startReplicas(): Promise<Replicas> {
  const redis = await startRedis();
  const together = await startStack({ replicas: 3, env: prefetching });
  const apart = await startStack({ replicas: 3, storeOf: newLocalStore });
  const aead = createAead([randomBytes(32)], 'scroll-session');
  const valkey = await startStack({ replicas: 3, env: prefetching, storeOf: () => valkeyStore(redis, aead) });
  return {
    ...{ together, apart, valkey },
    async close() {
      for (const stack of [together, apart, valkey]) await stack.close();
      await redis.close();
    },
  };
}

/** Creates a store in a Valkey server that can be lost as a whole. */
export function valkeyStore(redis: RedisServer, aead: Aead) {
  const store = createLosableStore(() =>
    createValkeyScrollSessionStore(
      connectValkey(redis.address, () => undefined),
      aead,
    ),
  );
  return {
    ...store,
    async lose() {
      await redis.call('FLUSHALL');
    },
  };
}
