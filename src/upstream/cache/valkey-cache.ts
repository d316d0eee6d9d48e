import { hash, randomUUID } from 'node:crypto';
import type { Aead } from '../../crypto/aead.ts';
import type { ValkeySubscription } from '../../valkey/channel.ts';
import { parseDone, type Valkey } from '../../valkey/connection.ts';
import { subscribeToValkey } from '../../valkey/subscription.ts';
import type { SharedCache, SharedCacheListener, SharedCacheRead } from './shared-cache.ts';
import { beginReadScript, dropReadScript, forgetReadsScript, keepReadScript } from './valkey-cache-scripts.ts';

/** Keys begin with the version of the stored format: replicas of another version do not see them. */
const prefix = 'contactgraph:read:1:';
const channel = 'contactgraph:forget:1';

/** A response is stored only if its read took at most this time, in ms. */
const readMs = 60_000;

/** Larger responses are not stored, because they would delay other commands. */
const maxEntryBytes = 256 * 1024;

/** The number of responses that are stored for one tag. */
const maxReads = 128;

/** The connection and the times of the shared cache. */
export type ValkeyCacheOptions = {
  valkey: Valkey;
  /** The address of the same server, for the subscription to invalidations. */
  address: string;
  aead: Aead;
  /** Is called once when the subscription fails, and again only after it has recovered. */
  onOutage: (reason: string) => void;
  /** Called once for each outage, when invalidations are received again. */
  onRecovery?: () => void;
  beatMs?: number;
  retryMs?: number;
  /** The number of invalidations that wait for the server. The oldest beyond it are given up; their responses expire. */
  maxUnsentInvalidations?: number;
};

/** Creates the shared cache in Valkey. Responses are encrypted, and the keys are hashes of tags and reads. */
export function createValkeyCache({
  valkey,
  address,
  aead: { encrypt, decrypt },
  onOutage,
  onRecovery,
  beatMs = 1_000,
  retryMs = 1_000,
  maxUnsentInvalidations = 10_000,
}: ValkeyCacheOptions): SharedCache {
  const replicaId = randomUUID();
  /** Tags whose invalidation the server has not confirmed. Their responses are not read from it. */
  const unsent = new Set<string>();
  let retry: NodeJS.Timeout | undefined;
  let subscription: ValkeySubscription | undefined;
  let isClosed = false;

  async function startRead(hashedTag: string, key: string, isWanted: boolean): Promise<SharedCacheRead> {
    if (unsent.has(hashedTag)) return emptyRead;
    const hashKey = prefix + hashedTag;
    const field = hashTag(key);
    const binding = `read:${hashedTag} ${field}`;
    const args = [isWanted ? field : '', randomUUID(), readMs];
    const answer = await valkey.run(beginReadScript, hashKey, args, parseStartedRead);
    if (answer === undefined) return emptyRead;
    const { generation, ageMs, encrypted } = answer;
    const bytes = encrypted && decrypt(encrypted, binding);
    return {
      // A response that cannot be decrypted is ignored, and so is one with a negative age: the server's clock went back.
      found: bytes === undefined || !(ageMs >= 0) ? undefined : { bytes, ageMs },
      async store(bytes, ageMs, lifeMs) {
        if (bytes.length > maxEntryBytes) return;
        const times = [Math.round(ageMs), Math.ceil(lifeMs)];
        await valkey.run(
          keepReadScript,
          hashKey,
          [field, generation, ...times, maxReads, encrypt(bytes, binding)],
          parseDone,
        );
      },
      async drop() {
        await valkey.run(dropReadScript, hashKey, [field], parseDone);
      },
    };
  }

  async function sendInvalidation(hashedTag: string): Promise<boolean> {
    unsent.delete(hashedTag);
    unsent.add(hashedTag); // Moves it to the end.
    const [first] = unsent;
    if (first !== undefined && unsent.size > maxUnsentInvalidations) unsent.delete(first);
    const done = await valkey.run(
      forgetReadsScript,
      prefix + hashedTag,
      [channel, `${replicaId} ${hashedTag}`],
      parseDone,
    );
    if (done !== undefined) return unsent.delete(hashedTag);
    unsent.add(hashedTag);
    retryLater();
    return false;
  }

  function retryLater(): void {
    if (isClosed) return;
    retry ??= setTimeout(async () => {
      for (const hashedTag of [...unsent]) if (unsent.has(hashedTag) && !(await sendInvalidation(hashedTag))) break;
      retry = undefined;
      if (unsent.size > 0) retryLater();
    }, retryMs).unref();
  }

  function handleMessage(text: string, { onInvalidated }: SharedCacheListener): void {
    const [sender, hashedTag] = text.split(' ');
    // This replica has invalidated its own memory before it sent the message.
    if (hashedTag !== undefined && sender !== replicaId) onInvalidated(hashedTag);
  }

  return {
    hashTag,
    startRead,
    async invalidate(hashedTag) {
      await sendInvalidation(hashedTag);
    },
    listen(listener) {
      const onMessage = (text: string) => handleMessage(text, listener);
      subscription = subscribeToValkey({
        address,
        channel,
        onMessage,
        onUp: listener.onListening,
        onOutage,
        onRecovery,
        beatMs,
      });
    },
    isListening: () => subscription?.isUp() ?? false,
    close() {
      isClosed = true;
      clearTimeout(retry);
      subscription?.close();
    },
  };
}

/** The read while the server does not answer. */
const emptyRead: SharedCacheRead = { found: undefined, store: async () => undefined, drop: async () => undefined };

function hashTag(text: string): string {
  return hash('sha256', text, 'base64url');
}

function parseStartedRead(answer: unknown) {
  const [generation, ageMs, encrypted] = Array.isArray(answer) ? answer : [];
  if (!Buffer.isBuffer(generation)) throw new Error('The script that starts a read gave an unexpected reply.');
  return { generation, ageMs: Number(ageMs), encrypted: Buffer.isBuffer(encrypted) ? encrypted : undefined };
}
