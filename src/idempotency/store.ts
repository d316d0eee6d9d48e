import { LRUCache } from 'lru-cache';

/** How long the outcome of a key is stored, in ms. */
export const idempotencyRecordMs = 24 * 60 * 60_000;

/** Stores the outcomes of idempotency keys. Keys are hashes and records are encrypted, so a store can read neither. */
export type IdempotencyStore = {
  /**
   * Reserves a key for one write, atomically; later callers get the record instead.
   *
   * @param busyMs time in ms within which the owner is expected to finish
   * @param caller in whose share of the store the key is counted, so that one caller cannot use it up
   * @returns undefined when the reservation cannot be stored. Then, and beyond the share, the write must not be made
   */
  reserve(
    key: string,
    record: Buffer,
    busyMs: number,
    caller: string,
  ): Promise<OwnReservation | ExistingReservation | ShareExceeded | undefined>;
  close(): Promise<void>;
};

/**
 * The caller's reservation, to be completed or released. If neither can be stored, the key stays reserved for 24 hours: a
 * shared store tries again until then.
 */
export type OwnReservation = {
  readonly state: 'yours';
  /** Replaces the record by that of the outcome, for 24 hours. */
  complete(record: Buffer): Promise<void>;
  /** Nothing was written: frees the key. */
  release(): Promise<void>;
};

/** `busy` while its owner is expected to finish, `left` when it has not finished in time, `done` with its outcome. */
export type ExistingReservation = { readonly state: 'busy' | 'left' | 'done'; readonly record: Buffer };

/** The caller has used up its share of the store. In `retryAfterMs` its oldest key may be forgotten. */
export type ShareExceeded = { readonly state: 'exceeded'; readonly retryAfterMs: number };

/** The keys of one caller in the order of their last change, and their bytes. */
type Share = { readonly caller: string; readonly keys: Set<string>; bytes: number };

/** The record as text with one character per byte, because a small buffer keeps a larger memory block alive. */
type Entry = { readonly record: string; readonly busyUntil?: number; readonly bytes: number; readonly share: Share };

/** Minimum age at which a key may be evicted, in ms: clients repeat a write within seconds or minutes. */
export const minEvictionAgeMs = 60 * 60_000;

/** Memory of an entry in addition to its texts, and memory reserved for the outcome, in bytes: completing needs no eviction. */
const entryBytes = 400;
const answerBytes = 1_000;

/**
 * Creates a store in this process, of about `maxBytes`. When it is full, the oldest keys are evicted before their 24 hours
 * are over, but none within its first hour: new keys are refused instead. Refusing earlier would let one busy day block
 * all idempotent writes. Never refusing would let one busy minute evict keys whose clients are about to repeat.
 *
 * A caller may have as many bytes as are free: a single one half of the store, the next one half of the rest. So there is
 * always room for another caller, and none has to be reserved for callers that may never come.
 */
export function createLocalIdempotencyStore(maxBytes: number): IdempotencyStore {
  const shares = new Map<string, Share>();
  const entries = new LRUCache<string, Entry>({
    maxSize: maxBytes,
    sizeCalculation: ({ bytes }) => bytes,
    ttl: idempotencyRecordMs,
    allowStale: true, // so that `makeRoom` finds expired keys and evicts them
    dispose({ bytes, share }, key) {
      share.keys.delete(key);
      share.bytes -= bytes;
      if (share.keys.size === 0) shares.delete(share.caller);
    },
  });

  function shareOf(caller: string): Share {
    return shares.get(caller) ?? { caller, keys: new Set(), bytes: 0 };
  }

  function set(key: string, entry: Entry): void {
    entries.set(key, entry);
    const { share, bytes } = entry;
    share.keys.add(key);
    share.bytes += bytes;
    shares.set(share.caller, share);
  }

  const isWithinShare = (share: Share, bytes: number) => share.bytes + bytes <= maxBytes - entries.calculatedSize;
  const msUntilEvictable = (key: string) => entries.getRemainingTTL(key) - (idempotencyRecordMs - minEvictionAgeMs);

  /** Evicts keys in the order of their last change, while the caller exceeds its share; reading a key changes no order. */
  function makeRoom(share: Share, keys: Iterable<string>, bytes: number): void {
    for (const oldest of keys) {
      if (isWithinShare(share, bytes) || msUntilEvictable(oldest) > 0) return;
      entries.delete(oldest);
    }
  }

  return {
    async reserve(key, record, busyMs, caller) {
      const taken = entries.peek(key, { allowStale: false });
      if (taken !== undefined) return { state: stateOf(taken), record: Buffer.from(taken.record, 'latin1') };
      const share = shareOf(caller);
      const reservation = toEntry(key, record, share, performance.now() + busyMs);
      makeRoom(share, share.keys, reservation.bytes);
      // A caller with much evicts keys of its own only.
      if (share.bytes < maxBytes / 4) makeRoom(share, entries.rkeys(), reservation.bytes);
      if (!isWithinShare(share, reservation.bytes)) {
        const [oldest] = share.keys;
        return oldest === undefined ? undefined : { state: 'exceeded', retryAfterMs: msUntilEvictable(oldest) };
      }
      set(key, reservation);
      return {
        state: 'yours',
        async complete(answer) {
          set(key, toEntry(key, answer, shareOf(caller)));
        },
        async release() {
          entries.delete(key);
        },
      };
    },
    close: async () => entries.clear(),
  };
}

function stateOf({ busyUntil }: Entry): ExistingReservation['state'] {
  if (busyUntil === undefined) return 'done';
  return performance.now() < busyUntil ? 'busy' : 'left';
}

function toEntry(key: string, record: Buffer, share: Share, busyUntil?: number): Entry {
  const length = busyUntil === undefined ? record.length : record.length + answerBytes;
  return {
    record: record.toString('latin1'),
    bytes: entryBytes + key.length + length,
    share,
    ...(busyUntil === undefined ? {} : { busyUntil }),
  };
}
