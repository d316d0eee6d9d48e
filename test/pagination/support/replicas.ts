import { randomBytes } from 'node:crypto';
import { type Aead, createAead } from '../../../src/crypto/aead.ts';
import { createValkeyScrollSessionStore } from '../../../src/upstream/pagination/valkey-session-store.ts';
import { connectValkey } from '../../../src/valkey/connection.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { createLosableStore } from './losable-store.ts';
import { newLocalStore, type Stack, startStack } from './stack.ts';

export const ways = ['together', 'apart', 'valkey'] as const;

/** Three replicas each: that share the store of one process, that have one each, and that share a real server. */
export type Replicas = Readonly<Record<(typeof ways)[number], Stack>> & { close(): Promise<void> };

/** Pages of any size, where a test's are small. */
const readingAhead = { READ_AHEAD_ROWS: '1' };

export async function startReplicas(): Promise<Replicas> {
  const redis = await startRedis();
  const together = await startStack({ replicas: 3, env: readingAhead });
  const apart = await startStack({ replicas: 3, storeOf: newLocalStore });
  const seal = createAead([randomBytes(32)], 'scroll-session');
  const valkey = await startStack({ replicas: 3, env: readingAhead, storeOf: () => valkeyStore(redis, seal) });
  return {
    ...{ together, apart, valkey },
    async close() {
      for (const stack of [together, apart, valkey]) await stack.close();
      await redis.close();
    },
  };
}

function valkeyStore(redis: RedisServer, seal: Aead) {
  const store = createLosableStore(() =>
    createValkeyScrollSessionStore(
      connectValkey(redis.address, () => undefined),
      seal,
    ),
  );
  return {
    ...store,
    async lose() {
      await redis.call('FLUSHALL');
    },
  };
}
