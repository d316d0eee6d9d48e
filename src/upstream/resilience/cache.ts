import { LRUCache } from 'lru-cache';

/** An answer that is kept. */
export type Held = {
  /** Decoded, or the NotFound that it was. */
  readonly value: unknown;
  /** When it was asked for, on the monotonic clock, in ms: what was written since may not be in it. */
  readonly at: number;
};

/** Answers in the memory of this process, the latest used, bounded in bytes. */
export type Cache = {
  get(key: string): Held | undefined;
  /** A read of something with this tag begins; `end` it. */
  begin(tag: string): Reading;
  /** Drops what is kept with this tag, for any caller, and keeps nothing of what is being read. */
  forget(tag: string): void;
  forgetAll(): void;
  drop(key: string): void;
  /** How much is kept, and in how many answers and under how many tags; and how many tags are being read. */
  readonly load: { bytes: number; answers: number; tags: number; reading: number };
};

/** A read in progress. What was asked for before its tag was forgotten is not kept. */
export type Reading = {
  /** @param bytes how long the answer was; an answer that was asked for later stays */
  keep(key: string, held: Held, bytes: number): void;
  end(): void;
};

/**
 * What an answer weighs, in bytes of heap. Parsed, it takes 0.9 (long texts) to 2.9 (many small numbers) times its bytes,
 * a contact 1.3, its events 1.9; an entry with a key of 190 characters and a tag of its own 690 bytes. Measured on
 * Node 24 with `--expose-gc` over 20,000 of each; rounded up, for what the model adds to the wire.
 */
const perByte = 4;
const perEntry = 1_024;

type Entry = Held & { readonly tag: string };

/** Of all reads of one tag in progress, since it was forgotten last. */
type Epoch = { readers: number; isOver: boolean };

/** @param maxBytes of heap, about; 0 keeps nothing */
export function createCache({ maxBytes }: { maxBytes: number }): Cache {
  const tags = new Map<string, Set<string>>();
  const epochs = new Map<string, Epoch>();
  const entries = new LRUCache<string, Entry>({
    maxSize: Math.max(1, maxBytes),
    dispose: ({ tag }, key) => {
      const keys = tags.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) tags.delete(tag);
    },
  });

  function put(key: string, entry: Entry, size: number): void {
    entries.set(key, entry, { size });
    if (entries.peek(key) !== entry) return; // it alone would be too much
    const keys = tags.get(entry.tag);
    if (keys === undefined) tags.set(entry.tag, new Set([key]));
    else keys.add(key);
  }

  return {
    get: (key) => entries.get(key),
    begin(tag) {
      const epoch = epochs.get(tag) ?? { readers: 0, isOver: false };
      epoch.readers += 1;
      epochs.set(tag, epoch);
      return {
        keep(key, { value, at }, bytes) {
          if (epoch.isOver || (entries.peek(key)?.at ?? at) > at) return;
          put(key, { value, at, tag }, bytes * perByte + perEntry);
        },
        end() {
          epoch.readers -= 1;
          if (epoch.readers === 0 && epochs.get(tag) === epoch) epochs.delete(tag);
        },
      };
    },
    forget(tag) {
      for (const key of tags.get(tag) ?? []) entries.delete(key);
      const epoch = epochs.get(tag);
      if (epoch !== undefined) epoch.isOver = true;
      epochs.delete(tag);
    },
    forgetAll() {
      entries.clear();
      for (const epoch of epochs.values()) epoch.isOver = true;
      epochs.clear();
    },
    drop: (key) => void entries.delete(key),
    get load() {
      return { bytes: entries.calculatedSize, answers: entries.size, tags: tags.size, reading: epochs.size };
    },
  };
}
