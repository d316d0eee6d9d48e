import { LRUCache } from 'lru-cache';

/** How long it is kept what became of a key, in ms. */
export const idempotencyRecordMs = 24 * 60 * 60_000;

/**
 * Where it is kept what was done under which idempotency key. Keys are made by `createIdempotency` only, which seals
 * the records, too: a store, and whoever looks into it, reads neither.
 */
export type IdempotencyStore = {
  /**
   * Makes the caller the only one to write under a key, at once; whoever comes next sees its record.
   *
   * @param busyMs how long others may hope that its owner comes back
   * @returns undefined when the claim cannot be kept: then nobody may write
   */
  reserve(key: string, record: Buffer, busyMs: number): Promise<OwnReservation | ExistingReservation | undefined>;
  close(): Promise<void>;
};

/** The caller's, to settle in one of two ways. When neither happens, or can be noted, it stays taken for 24 hours. */
export type OwnReservation = {
  readonly state: 'yours';
  /** Puts a record in the place of that of the claim, for 24 hours. */
  complete(record: Buffer): Promise<void>;
  /** Nothing was done: the key is as good as new. */
  release(): Promise<void>;
};

/** `busy` as long as its owner may come back, `left` when it has not, `done` with the record that it has kept. */
export type ExistingReservation = { readonly state: 'busy' | 'left' | 'done'; readonly record: Buffer };

/** The record as text, a byte a character: small buffers would share, and so hold, a larger one. */
type Entry = { readonly record: string; readonly busyUntil?: number; readonly bytes: number };

/** So old must a key be to make room for others, in ms: whoever repeats does it within seconds, or minutes. */
const youngMs = 60 * 60_000;

/** What an entry takes beside its texts, and what an answer may take, in bytes: it fits where its claim did. */
const entryBytes = 400;
const answerBytes = 1_000;

/**
 * Keys in this process, of about `maxBytes` together. Where there are more, the oldest go, which breaks the promise of
 * 24 hours without a word; so none goes within an hour, and new keys are refused instead. To refuse them any
 * earlier would let one busy day stop all that can be repeated; to refuse none would let one busy minute forget the
 * keys of the minute before, whose clients are just about to ask again.
 */
export function createLocalIdempotencyStore(maxBytes: number): IdempotencyStore {
  const entries = new LRUCache<string, Entry>({
    maxSize: maxBytes,
    sizeCalculation: ({ bytes }) => bytes,
    ttl: idempotencyRecordMs,
    allowStale: true, // so that keys whose time is over are met, and go, when room is made
  });

  /** In the order of their last change: nothing that is asked makes a key younger. */
  function makeRoom(bytes: number): boolean {
    for (const oldest of entries.rkeys()) {
      if (entries.calculatedSize + bytes <= maxBytes) break;
      if (entries.getRemainingTTL(oldest) > idempotencyRecordMs - youngMs) return false;
      entries.delete(oldest);
    }
    return entries.calculatedSize + bytes <= maxBytes;
  }

  return {
    async reserve(key, record, busyMs) {
      const taken = entries.peek(key, { allowStale: false });
      if (taken !== undefined) return { state: stateOf(taken), record: Buffer.from(taken.record, 'latin1') };
      const claim = toEntry(key, record, performance.now() + busyMs);
      if (!makeRoom(claim.bytes)) return undefined;
      entries.set(key, claim);
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
