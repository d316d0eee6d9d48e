import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** What is kept of a document: its parsed form by its text, or its plans by its parsed form. */
export type KeptEntry = { readonly bytes: number };

/** A parsed document, which is kept by its text, with the bytes of what other files keep as long as the document. */
export type KeptDocument = KeptEntry & { readonly document: DocumentNode };

/**
 * The memory for all that is kept of documents. One store with one bound, so that many documents without plans and few with
 * large plans both use all of it, and never more.
 */
export type DocumentMemory = LRUCache<string | DocumentNode, KeptEntry>;

/** An entry for each of about 1,000 documents, and one for its plans. */
const maxEntries = 2_000;

/** A document of 15,000 characters takes up to 2.2 MB, and its plans the same and more. */
const maxEntryBytes = 4_000_000;

/** @param maxBytes the bound; the least recently used entries go */
export function createDocumentMemory(maxBytes: number): DocumentMemory {
  return new LRUCache({
    max: maxEntries,
    maxSize: maxBytes,
    maxEntrySize: Math.min(maxEntryBytes, maxBytes),
    sizeCalculation: ({ bytes }) => Math.max(1, bytes),
  });
}

/**
 * Adds to the weight of a parsed document, for what is kept as long as the document; a negative number takes weight off. A
 * document that becomes too large is evicted. Nothing happens if the document is not kept here, as for trusted documents.
 */
export function addWeight(memory: DocumentMemory, document: DocumentNode, bytes: number): void {
  const text = document.loc?.source.body;
  const entry = text === undefined ? undefined : (memory.get(text) as KeptDocument | undefined);
  if (text === undefined || entry?.document !== document) return;
  memory.set(text, { ...entry, bytes: entry.bytes + bytes });
}
