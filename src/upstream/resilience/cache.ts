import { LRUCache } from 'lru-cache';
import { createForgets } from './forgets.ts';
import { createProbation } from './probation.ts';
import { hashOf } from './text-hash.ts';

/** An answer that is kept. */
export type Held = {
  /** Decoded, or the NotFound that it was. */
  readonly value: unknown;
  /** When it was asked for, on the monotonic clock, in ms: what was written since may not be in it. */
  readonly at: number;
};

/** An answer that may be kept. It was decoded from `bytes`; an absence has none. */
export type Answer = Held & { readonly bytes: Buffer | undefined };

/**
 * Answers in the memory of this process, bounded in bytes. One that nobody has asked for again yet is kept as it came, for as
 * long as there is room; then it is decoded and kept among the latest used.
 */
export type Cache = {
  /** @param decode what makes the value of an answer as it came */
  get(key: string, decode: (bytes: Buffer) => unknown): Held | undefined;
  /** A read begins, with this mark. */
  mark(): number;
  /**
   * Keeps an answer, unless its tag was forgotten since the mark, or one is there that was asked for later.
   *
   * @param tag what it may be forgotten by, for any caller
   */
  keep(key: string, tag: string, mark: number, answer: Answer): void;
  /** Drops what is kept with this tag, for any caller, and keeps nothing of what is being read. */
  forget(tag: string): void;
  forgetAll(): void;
  drop(key: string): void;
  /** How much is kept decoded, and in how many answers and under how many tags. */
  readonly load: { bytes: number; answers: number; tags: number };
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
type Entry = Held & { readonly tag: number };

/** @param maxBytes of memory, about; 0 keeps nothing */
export function createCache({ maxBytes }: { maxBytes: number }): Cache {
  const forgets = createForgets();
  const probation = createProbation({ maxBytes: Math.floor(maxBytes * probationPart) });
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
      if (answer === undefined || forgets.isOver(answer.tag, answer.mark)) return undefined;
      const { tag, at, bytes } = answer;
      const decoded = { value: decode(bytes), at, tag };
      admit(key, decoded, bytes.length);
      return decoded;
    },
    mark: forgets.mark,
    keep(key, name, mark, { value, at, bytes }) {
      const tag = hashOf(name);
      if (forgets.isOver(tag, mark)) return;
      const before = entries.peek(key)?.at ?? probation.askedAt(key);
      if (before !== undefined && before > at) return;
      if (before === undefined && bytes !== undefined && probation.put(key, { tag, mark, at, bytes })) return;
      probation.take(key);
      admit(key, { value, at, tag }, bytes?.length ?? 0);
    },
    forget(name) {
      forgets.add(name);
      for (const key of tags.get(hashOf(name)) ?? []) entries.delete(key);
    },
    forgetAll() {
      forgets.addAll();
      entries.clear();
    },
    drop(key) {
      probation.take(key);
      entries.delete(key);
    },
    get load() {
      return { bytes: entries.calculatedSize, answers: entries.size, tags: tags.size };
    },
  };
}
