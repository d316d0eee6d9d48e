import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Valkey } from '../valkey/connection.ts';

/**
 * The store of automatic persisted queries: texts of documents by their SHA-256. Callers share it, because the text of a
 * document is found by its own hash only, and grants no access: each operation is authorized by its own caller.
 */
export type ApqStore = {
  /** @param sha256 in hexadecimal digits */
  find(sha256: string): Promise<string | undefined>;
  /** Stores a document that was executed; it is too late to report a failure. */
  keep(sha256: string, text: string): void;
};

/** Includes the version of the stored format, which replicas of different releases share. */
const prefix = 'contactgraph:document:1:';

/** How long Valkey keeps a document that is not used, in ms. A client whose document is gone sends it again. */
const unusedMs = 24 * 60 * 60_000;

/** Memory of an entry in addition to its text, and of a character, in bytes. */
const entryBytes = 400;
const bytesPerCharacter = 2;

/** Argument: ms to live. */
const findScript = `
local text = redis.call('GET', KEYS[1])
if text then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return text or ''`;

/** Arguments: ms to live, the text. */
const keepScript = `
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[1])
return 'done'`;

/** @returns the SHA-256 of a document, as clients of automatic persisted queries send it */
export function hashDocument(text: string): string {
  return hash('sha256', text, 'hex');
}

/**
 * Creates a store in the memory of this process, over the Valkey that replicas share, if there is one.
 *
 * @param maxBytes the bound of the memory; beyond it the least recently used documents go
 */
export function createApqStore(maxBytes: number, valkey: Valkey | undefined): ApqStore {
  const texts = new LRUCache<string, string>({
    maxSize: maxBytes,
    sizeCalculation: ({ length }) => entryBytes + bytesPerCharacter * length,
  });
  return {
    async find(sha256) {
      const text = texts.get(sha256);
      if (text !== undefined || valkey === undefined || !isSha256(sha256)) return text;
      const found = await valkey.run(findScript, prefix + sha256, [unusedMs], String);
      // Another program may have written to Valkey: a text counts only with its hash.
      if (found === undefined || hashDocument(found) !== sha256) return undefined;
      texts.set(sha256, found);
      return found;
    },
    keep(sha256, text) {
      texts.set(sha256, text);
      void valkey?.run(keepScript, prefix + sha256, [unusedMs, text], String);
    },
  };
}

function isSha256(text: string): boolean {
  return /^[\da-f]{64}$/.test(text);
}
