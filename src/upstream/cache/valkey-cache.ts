import { hash, randomUUID } from 'node:crypto';
import type { Aead } from '../../crypto/aead.ts';
import { parseDone, type Valkey } from '../../valkey/connection.ts';
import { subscribeToValkey, type ValkeySubscription } from '../../valkey/subscription.ts';
import type { SharedCache, SharedCacheListener, SharedCacheRead } from './shared-cache.ts';
import { beginReadScript, dropReadScript, forgetReadsScript, keepReadScript } from './valkey-cache-scripts.ts';

/** Of the form in which answers are kept: replicas of another version do not see them. */
const prefix = 'contactgraph:read:1:';
const channel = 'contactgraph:forget:1';

/** How long a read may take, in ms, for its answer to be kept. */
const readMs = 60_000;

/** What Valkey takes and gives in no time, in bytes. */
const maxEntryBytes = 256 * 1024;

/** Answers about one contact. */
const maxReads = 128;

export type ValkeyCacheOptions = {
  valkey: Valkey;
  /** Of the same server, for what the other replicas tell. */
  address: string;
  aead: Aead;
  /** Is told once why nothing is heard of them; the next time after it has been. */
  onOutage: (reason: string) => void;
  beatMs?: number;
  retryMs?: number;
  /** Writes that could not be told yet. Beyond it the first are not told: what is kept of them then lives until its time. */
  maxUnsentInvalidations?: number;
};

/** Answers that replicas share, sealed, under names that tell nothing of anybody: contacts and reads are hashed. */
export function createValkeyCache({
  valkey,
  address,
  aead: { encrypt, decrypt },
  onOutage,
  beatMs = 1_000,
  retryMs = 1_000,
  maxUnsentInvalidations = 10_000,
}: ValkeyCacheOptions): SharedCache {
  const self = randomUUID();
  /** What Valkey has not been told to forget yet. Until then, what it has of that is not asked for. */
  const owed = new Set<string>();
  let retry: NodeJS.Timeout | undefined;
  let subscription: ValkeySubscription | undefined;
  let isClosed = false;

  async function startRead(name: string, key: string, isWanted: boolean): Promise<SharedCacheRead> {
    if (owed.has(name)) return nothing;
    const hashKey = prefix + name;
    const field = hashTag(key);
    const binding = `read:${name} ${field}`;
    const args = [isWanted ? field : '', randomUUID(), readMs];
    const answer = await valkey.run(beginReadScript, hashKey, args, toBeginning);
    if (answer === undefined) return nothing;
    const { generation, ageMs, sealed } = answer;
    const bytes = sealed && decrypt(sealed, binding);
    return {
      // What was tampered with, or sealed with a key that is gone, is not there. A clock that went back tells no age.
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

  async function tell(name: string): Promise<boolean> {
    owed.delete(name);
    owed.add(name); // as the last
    const [first] = owed;
    if (first !== undefined && owed.size > maxUnsentInvalidations) owed.delete(first);
    const done = await valkey.run(forgetReadsScript, prefix + name, [channel, `${self} ${name}`], parseDone);
    if (done !== undefined) return owed.delete(name);
    owed.add(name);
    tellLater();
    return false;
  }

  function tellLater(): void {
    if (isClosed) return;
    retry ??= setTimeout(async () => {
      const names = [...owed];
      for (const name of names) if (owed.has(name) && !(await tell(name))) break;
      retry = undefined;
      if (owed.size > 0) tellLater();
    }, retryMs).unref();
  }

  function hear(text: string, { onInvalidated }: SharedCacheListener): void {
    const [teller, name] = text.split(' ');
    if (name !== undefined && teller !== self) onInvalidated(name); // oneself has done so, before the reads that follow
  }

  return {
    hashTag,
    startRead,
    async invalidate(name) {
      await tell(name);
    },
    listen(listener) {
      const onMessage = (text: string) => hear(text, listener);
      subscription = subscribeToValkey({ address, channel, onMessage, onUp: listener.onListening, onOutage, beatMs });
    },
    isListening: () => subscription?.isUp() ?? false,
    close() {
      isClosed = true;
      clearTimeout(retry);
      subscription?.close();
    },
  };
}

/** Of a server that does not answer. */
const nothing: SharedCacheRead = { found: undefined, store: async () => undefined, drop: async () => undefined };

function hashTag(text: string): string {
  return hash('sha256', text, 'base64url');
}

function toBeginning(answer: unknown) {
  const [generation, ageMs, sealed] = Array.isArray(answer) ? answer : [];
  if (!Buffer.isBuffer(generation)) throw new Error('This is no beginning of a read.');
  return { generation, ageMs: Number(ageMs), sealed: Buffer.isBuffer(sealed) ? sealed : undefined };
}
