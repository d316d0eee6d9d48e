import { LRUCache } from 'lru-cache';
import { fnv1aHash } from '../../crypto/text-hash.ts';
import { createFirstReadBuffer } from './first-read-buffer.ts';
import { createInvalidations } from './invalidations.ts';

/** An answer that is kept. */
export type CacheEntry = {
  /** Decoded, or the NotFound that it was. */
  readonly value: unknown;
  /** When it was asked for, on the monotonic clock, in ms: what was written since may not be in it. */
  readonly requestedAt: number;
};

/** An answer that may be kept. It was decoded from `bytes`; an absence has none. */
export type CacheableResponse = CacheEntry & { readonly bytes: Buffer | undefined };

/**
 * Answers in the memory of this process, bounded in bytes. One that nobody has asked for again yet is kept as it came, for as
 * long as there is room; then it is decoded and kept among the latest used.
 */
export type Cache = {
  /** @param decode what makes the value of an answer as it came */
  get(key: string, decode: (bytes: Buffer) => unknown): CacheEntry | undefined;
  /** A read begins, with this mark. */
  currentInvalidation(): number;
  /**
   * Keeps an answer, unless its tag was forgotten since the mark, or one is there that was asked for later.
   *
   * @param tag what it may be forgotten by, for any caller
   */
  put(key: string, tag: string, mark: number, answer: CacheableResponse): void;
  /** Drops what is kept with this tag, for any caller, and keeps nothing of what is being read. */
  invalidate(tag: string): void;
  clear(): void;
  drop(key: string): void;
  /** How much is kept decoded, and in how many answers and under how many tags. */
  readonly usage: { bytes: number; answers: number; tags: number };
};

/**
 * What a decoded answer weighs, in bytes of heap. Parsed, it takes 0.9 (long texts) to 2.9 (many small numbers) times its
 * bytes, a contact 1.3, its events 1.9; an entry with a key of 190 characters and a tag of its own 690 bytes. Measured on
 * Node 24 with `--expose-gc` over 20,000 of each; rounded up, for what the model adds to the wire.
 */
const perByte = 4;
const perEntry = 1_024;

/** Of all bytes, those for answers as they came: they are a quarter of what they are decoded, so nearly half of all. */
const probationPart = 1 / 4;

/** @property tag by its hash */
type Entry = CacheEntry & { readonly tag: number };

/** @param maxBytes of memory, about; 0 keeps nothing */
export function createCache({ maxBytes }: { maxBytes: number }): Cache {
  const forgets = createInvalidations();
  const probation = createFirstReadBuffer({ maxBytes: Math.floor(maxBytes * probationPart) });
  const tags = new Map<number, Set<string>>();
  const entries = new LRUCache<string, Entry>({
    maxSize: Math.max(1, Math.floor(maxBytes * (1 - probationPart))),
    dispose: ({ tag }, key) => {
      const keys = tags.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) tags.delete(tag);
    },
  });

  function admit(key: string, entry: Entry, bytes: number): void {
    entries.set(key, entry, { size: bytes * perByte + perEntry });
    if (entries.peek(key) !== entry) return; // it alone would be too much
    const keys = tags.get(entry.tag);
    if (keys === undefined) tags.set(entry.tag, new Set([key]));
    else keys.add(key);
  }

  return {
    get(key, decode) {
      const entry = entries.get(key);
      if (entry !== undefined) return entry;
      const answer = probation.take(key);
      if (answer === undefined || forgets.isInvalidatedSince(answer.tag, answer.invalidation)) return undefined;
      const { tag, requestedAt, bytes } = answer;
      const decoded = { value: decode(bytes), requestedAt, tag };
      admit(key, decoded, bytes.length);
      return decoded;
    },
    currentInvalidation: forgets.current,
    put(key, name, invalidation, { value, requestedAt, bytes }) {
      const tag = fnv1aHash(name);
      if (forgets.isInvalidatedSince(tag, invalidation)) return;
      const before = entries.peek(key)?.requestedAt ?? probation.requestedAt(key);
      if (before !== undefined && before > requestedAt) return;
      if (before === undefined && bytes !== undefined && probation.put(key, { tag, invalidation, requestedAt, bytes }))
        return;
      probation.take(key);
      admit(key, { value, requestedAt, tag }, bytes?.length ?? 0);
    },
    invalidate(name) {
      forgets.add(name);
      for (const key of tags.get(fnv1aHash(name)) ?? []) entries.delete(key);
    },
    clear() {
      forgets.addAll();
      entries.clear();
    },
    drop(key) {
      probation.take(key);
      entries.delete(key);
    },
    get usage() {
      return { bytes: entries.calculatedSize, answers: entries.size, tags: tags.size };
    },
  };
}
