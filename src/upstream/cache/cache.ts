import { fnv1aHash } from '../../crypto/text-hash.ts';
import { createCallerLru } from './caller-lru.ts';
import { createFirstReadBuffer } from './first-read-buffer.ts';
import { createInvalidations } from './invalidations.ts';

/** A cached response. */
export type CacheEntry = {
  /** The decoded response, or the NotFound error that it was. */
  readonly value: unknown;
  /** When it was requested, in ms on the monotonic clock. Later writes may not be in it. */
  readonly requestedAt: number;
};

/** A response to be cached. It was decoded from `bytes`; a NotFound error has none. */
export type CacheableResponse = CacheEntry & { readonly bytes: Buffer | undefined };

/**
 * The cache in the memory of this process, bounded in bytes. A response that was read once is kept as bytes in the first-read
 * buffer. When it is read again, it is decoded and moves to an LRU cache.
 */
export type Cache = {
  /** @param decode decodes the response if it is still in the first-read buffer */
  get(key: string, decode: (bytes: Buffer) => unknown): CacheEntry | undefined;
  /** Returns the number of the last invalidation; a read passes it to `put`. */
  currentInvalidation(): number;
  /**
   * Caches a response, unless its tag was invalidated after `invalidation`, or a response that was requested later is cached.
   *
   * @param tag what it can be invalidated by, for all callers
   */
  put(key: string, tag: string, invalidation: number, response: CacheableResponse): void;
  /** Drops all responses with this tag, for all callers, also those of reads that are pending. */
  invalidate(tag: string): void;
  /** Drops everything, also the responses of pending reads. */
  clear(): void;
  /** Drops the response of one key. */
  drop(key: string): void;
  /** The decoded responses: their estimated bytes, their number, and the number of their tags. */
  readonly usage: { bytes: number; answers: number; tags: number };
};

/**
 * The estimated heap of a decoded response. Parsed, it takes 0.9 (long texts) to 2.9 (many small numbers) times its bytes, a
 * contact 1.3, its events 1.9; an entry with a key of 190 characters and a tag of its own takes 690 bytes. Measured on Node
 * 24 with `--expose-gc` over 20,000 of each, and rounded up for what the rows add.
 */
const perByte = 4;
const perEntry = 1_024;

/** The share of the first-read buffer: undecoded responses take a quarter, so these are nearly half of all responses. */
const firstReadShare = 1 / 4;

/** `tag` is the hash of the tag. */
type Entry = CacheEntry & { readonly tag: number };

/** @param maxBytes the approximate memory of the cache; with 0 it keeps nothing */
export function createCache({ maxBytes }: { maxBytes: number }): Cache {
  const invalidations = createInvalidations();
  const firstReads = createFirstReadBuffer({ maxBytes: Math.floor(maxBytes * firstReadShare) });
  const tags = new Map<number, Set<string>>();
  const entries = createCallerLru<Entry>(Math.max(1, Math.floor(maxBytes * (1 - firstReadShare))), ({ tag }, key) => {
    const keys = tags.get(tag);
    keys?.delete(key);
    if (keys?.size === 0) tags.delete(tag);
  });

  function addEntry(key: string, entry: Entry, bytes: number): void {
    entries.set(key, entry, bytes * perByte + perEntry);
    if (entries.peek(key) !== entry) return; // The entry alone exceeds the size of the cache.
    const keys = tags.get(entry.tag);
    if (keys === undefined) tags.set(entry.tag, new Set([key]));
    else keys.add(key);
  }

  return {
    get(key, decode) {
      const entry = entries.get(key);
      if (entry !== undefined) return entry;
      const response = firstReads.take(key);
      if (response === undefined || invalidations.isInvalidatedSince(response.tag, response.invalidation))
        return undefined;
      const { tag, requestedAt, bytes } = response;
      const decoded = { value: decode(bytes), requestedAt, tag };
      addEntry(key, decoded, bytes.length);
      return decoded;
    },
    currentInvalidation: invalidations.current,
    put(key, tagName, invalidation, { value, requestedAt, bytes }) {
      const tag = fnv1aHash(tagName);
      if (invalidations.isInvalidatedSince(tag, invalidation)) return;
      const before = entries.peek(key)?.requestedAt ?? firstReads.requestedAt(key);
      if (before !== undefined && before > requestedAt) return;
      if (before === undefined && bytes !== undefined && firstReads.put(key, { tag, invalidation, requestedAt, bytes }))
        return;
      firstReads.take(key);
      addEntry(key, { value, requestedAt, tag }, bytes?.length ?? 0);
    },
    invalidate(tagName) {
      invalidations.add(tagName);
      for (const key of tags.get(fnv1aHash(tagName)) ?? []) entries.delete(key);
    },
    clear() {
      invalidations.addAll();
      entries.clear();
    },
    drop(key) {
      firstReads.take(key);
      entries.delete(key);
    },
    get usage() {
      return { bytes: entries.bytes, answers: entries.size, tags: tags.size };
    },
  };
}
