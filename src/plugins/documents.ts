import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Plugin } from './plugin.ts';

/** Characters of documents that stay parsed. Yoga would count documents, of which each may be as long as allowed. */
const parsedCharacters = 2_000_000;

const bounded = {
  maxSize: parsedCharacters,
  /** At least 1, which the cache insists on: a document may be empty. */
  sizeCalculation: (_: unknown, text: string) => text.length + 1,
};

/** Parsed documents, and which of them have passed all that depends on nothing but their text. */
export type Documents = ReturnType<typeof createDocuments>;

export function createDocuments() {
  const documentCache = new LRUCache<string, DocumentNode>(bounded);
  const errorCache = new LRUCache<string, Error>(bounded);
  const sound = new WeakSet<DocumentNode>();
  return {
    /** Where Yoga keeps what it has parsed, and what could not be. */
    caches: { documentCache, errorCache },
    /** A document that was executed before: it is neither too large nor too deep, and good for the schema. */
    find(text: string): DocumentNode | undefined {
      const document = documentCache.get(text);
      return document !== undefined && sound.has(document) ? document : undefined;
    },
    /** From now on `find` finds it. */
    add(document: DocumentNode): void {
      sound.add(document);
    },
  };
}

/** What comes to be executed has passed the hooks of all plugins. */
export function useDocuments({ add }: Documents): Plugin {
  return { onExecute: ({ args }) => add(args.document) };
}
