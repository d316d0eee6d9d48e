import { LRUCache } from 'lru-cache';

/** How long the outcome of a key is stored, in ms. */
export const idempotencyRecordMs = 24 * 60 * 60_000;

/** Stores the outcomes of idempotency keys. Keys are hashes and records are encrypted, so a store can read neither. */
export type IdempotencyStore = {
  /**
   * Reserves a key for one write, atomically; later callers get the record instead.
   *
   * @param busyMs time in ms within which the owner is expected to finish
   * @returns undefined when the reservation cannot be stored: then the write must not be made
   */
  reserve(key: string, record: Buffer, busyMs: number): Promise<OwnReservation | ExistingReservation | undefined>;
  close(): Promise<void>;
};

/** The caller's reservation, to be completed or released. If neither can be stored, the key stays reserved for 24 hours. */
export type OwnReservation = {
  readonly state: 'yours';
  /** Replaces the record by that of the outcome, for 24 hours. */
  complete(record: Buffer): Promise<void>;
  /** Nothing was written: frees the key. */
  release(): Promise<void>;
};

/** `busy` while its owner is expected to finish, `left` when it has not finished in time, `done` with its outcome. */
export type ExistingReservation = { readonly state: 'busy' | 'left' | 'done'; readonly record: Buffer };

/** The record as text with one character per byte, because a small buffer keeps a larger memory block alive. */
type Entry = { readonly record: string; readonly busyUntil?: number; readonly bytes: number };

/** Minimum age at which a key may be evicted, in ms: clients repeat a write within seconds or minutes. */
const minEvictionAgeMs = 60 * 60_000;

/** Memory of an entry in addition to its texts, and memory reserved for the outcome, in bytes: completing needs no eviction. */
const entryBytes = 400;
const answerBytes = 1_000;

/**
 * Creates a store in this process, of about `maxBytes`. When it is full, the oldest keys are evicted before their 24 hours
 * are over, but none within its first hour: new keys are refused instead. Refusing earlier would let one busy day block
 * all idempotent writes. Never refusing would let one busy minute evict keys whose clients are about to repeat.
 */
export function createLocalIdempotencyStore(maxBytes: number): IdempotencyStore {
  const entries = new LRUCache<string, Entry>({
    maxSize: maxBytes,
    sizeCalculation: ({ bytes }) => bytes,
    ttl: idempotencyRecordMs,
    allowStale: true, // so that `makeRoom` finds expired keys and evicts them
  });

  /** Evicts keys in the order of their last change; reading a key does not change the order. */
  function makeRoom(bytes: number): boolean {
    for (const oldest of entries.rkeys()) {
      if (entries.calculatedSize + bytes <= maxBytes) break;
      if (entries.getRemainingTTL(oldest) > idempotencyRecordMs - minEvictionAgeMs) return false;
      entries.delete(oldest);
    }
    return entries.calculatedSize + bytes <= maxBytes;
  }

  return {
    async reserve(key, record, busyMs) {
      const taken = entries.peek(key, { allowStale: false });
      if (taken !== undefined) return { state: stateOf(taken), record: Buffer.from(taken.record, 'latin1') };
      const reservation = toEntry(key, record, performance.now() + busyMs);
      if (!makeRoom(reservation.bytes)) return undefined;
      entries.set(key, reservation);
      return {
        state: 'yours',
        async complete(answer) {
          entries.set(key, toEntry(key, answer));
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

function toEntry(key: string, record: Buffer, busyUntil?: number): Entry {
  const length = busyUntil === undefined ? record.length : record.length + answerBytes;
  return {
    record: record.toString('latin1'),
    bytes: entryBytes + key.length + length,
    ...(busyUntil === undefined ? {} : { busyUntil }),
  };
}
