import { LRUCache } from 'lru-cache';

/** An LRU cache of several callers that is bounded in bytes. A key begins with its caller, up to a space or a slash. */
export type CallerLru<V> = {
  get(key: string): V | undefined;
  /** Returns a value without making it the most recently used one. */
  peek(key: string): V | undefined;
  /** Stores a value of so many bytes, unless it alone exceeds the size of the cache. */
  set(key: string, value: V, bytes: number): void;
  delete(key: string): void;
  clear(): void;
  readonly bytes: number;
  readonly size: number;
};

/** The bytes of the keys of one caller, the oldest first. */
type Share = { readonly keys: Map<string, number>; bytes: number };

/** A caller with more than this part of the cache evicts entries of its own before those of others. */
const maxShare = 1 / 4;

/**
 * Creates the cache. While there is room, a caller may use all of it. When it is full, a caller with more than a quarter of it
 * evicts its own entries, so that nothing that one caller requests displaces all that the others have.
 *
 * @param onRemoved is called for each value that is not stored any more
 */
export function createCallerLru<V extends object>(
  maxBytes: number,
  onRemoved: (value: V, key: string) => void = () => undefined,
): CallerLru<V> {
  const shares = new Map<string, Share>();
  const entries = new LRUCache<string, V>({
    maxSize: maxBytes,
    dispose(value, key) {
      leaveShare(key);
      onRemoved(value, key);
    },
  });

  function leaveShare(key: string): void {
    const caller = callerOf(key);
    const share = shares.get(caller);
    if (share === undefined) return;
    share.bytes -= share.keys.get(key) ?? 0;
    share.keys.delete(key);
    if (share.keys.size === 0) shares.delete(caller);
  }

  function makeRoom(caller: string, bytes: number): void {
    const share = shares.get(caller);
    if (share === undefined) return;
    while (share.bytes + bytes > maxBytes * maxShare && entries.calculatedSize + bytes > maxBytes) {
      const [leastRecent] = entries.rkeys();
      const isOwn = leastRecent !== undefined && callerOf(leastRecent) === caller;
      const [oldest] = share.keys.keys();
      if (oldest === undefined) return;
      entries.delete(isOwn ? leastRecent : oldest);
    }
  }

  return {
    get: (key) => entries.get(key),
    peek: (key) => entries.peek(key),
    set(key, value, bytes) {
      const caller = callerOf(key);
      entries.delete(key);
      makeRoom(caller, bytes);
      entries.set(key, value, { size: bytes });
      if (entries.peek(key) !== value) return;
      const share = shares.get(caller) ?? { keys: new Map<string, number>(), bytes: 0 };
      share.keys.set(key, bytes);
      share.bytes += bytes;
      shares.set(caller, share);
    },
    delete: (key) => void entries.delete(key),
    clear: () => entries.clear(),
    get bytes() {
      return entries.calculatedSize;
    },
    get size() {
      return entries.size;
    },
  };
}

function callerOf(key: string): string {
  return /^[^ /]*/.exec(key)?.[0] ?? key;
}
