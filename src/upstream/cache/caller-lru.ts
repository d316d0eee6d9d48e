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

/** Entries of a caller with more than this part of the cache are evicted before those of others. */
export const maxShare = 1 / 4;

/**
 * Creates the cache. While there is room, a caller may use all of it. When it is full, entries of a caller with more than a
 * quarter of it are evicted first, so that nothing that one caller requests displaces what the others have.
 *
 * @param onRemoved is called for each value that is not stored any more
 */
export function createCallerLru<V extends object>(
  maxBytes: number,
  onRemoved: (value: V, key: string) => void = () => undefined,
): CallerLru<V> {
  const shares = new Map<string, Share>();
  /** The callers with more than a quarter, at most three. */
  const largeCallers = new Set<string>();
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
    addBytes(caller, share, -(share.keys.get(key) ?? 0));
    share.keys.delete(key);
    if (share.keys.size === 0) shares.delete(caller);
  }

  function addBytes(caller: string, share: Share, bytes: number): void {
    share.bytes += bytes;
    if (share.bytes > maxBytes * maxShare) largeCallers.add(caller);
    else largeCallers.delete(caller);
  }

  function makeRoom(caller: string, bytes: number): void {
    while (bytes <= maxBytes && entries.calculatedSize + bytes > maxBytes) {
      const isLarge = (shares.get(caller)?.bytes ?? 0) + bytes > maxBytes * maxShare;
      const [evicted] = isLarge && shares.has(caller) ? [caller] : largeCallers;
      if (evicted === undefined) return; // Of all callers, the least recently used entry goes.
      const [leastRecent] = entries.rkeys();
      const [oldest] = shares.get(evicted)?.keys.keys() ?? [];
      const isOwn = leastRecent !== undefined && callerOf(leastRecent) === evicted;
      const key = isOwn ? leastRecent : oldest;
      if (key === undefined) return;
      entries.delete(key);
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
      addBytes(caller, share, bytes);
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
  return key.slice(0, callerLength(key));
}

/** Returns the number of code units of a key that name its caller. */
export function callerLength(key: string): number {
  let length = 0;
  while (length < key.length && key[length] !== ' ' && key[length] !== '/') length += 1;
  return length;
}
