import type { GraphQLSchema } from 'graphql';
import type { Config } from '../config/config.ts';
import { createApqStore } from '../documents/apq-store.ts';
import { createDocumentLoader } from '../documents/document-loader.ts';
import { createTrustedDocuments } from '../documents/trusted-documents.ts';
import { createDocumentMemory } from '../execution/document-memory.ts';
import type { Valkey } from '../valkey/connection.ts';
import { createDocumentCache, type DocumentCache } from './document-cache.ts';
import { createDocumentCheck } from './document-check.ts';
import { usePersistedQueries } from './persisted-query.ts';
import { findReference, withText } from './stored-document.ts';

type Options = Pick<Config, 'documents' | 'publicSchema'> & { schema: GraphQLSchema; valkey: Valkey | undefined };

/** Creates all that a gateway keeps of documents: trusted ones, executed ones, and automatic persisted queries. */
export function createDocumentStores({ documents, publicSchema, schema, valkey }: Options) {
  const { files, mode, apqStoreBytes, cacheBytes } = documents;
  const memory = createDocumentMemory(cacheBytes);
  const trusted = createTrustedDocuments(createDocumentCheck(schema, publicSchema));
  const apq = apqStoreBytes === undefined ? undefined : createApqStore(apqStoreBytes, valkey);
  return {
    /** Keeps executed documents, and the plans of all documents. */
    memory,
    documents: withTrusted(createDocumentCache(memory)),
    trusted,
    /** The trusted documents where an operation of another one is logged. */
    logged: mode === 'log' ? trusted : undefined,
    plugin: usePersistedQueries({ trusted, mode, apq }),
    /** Reads the manifests; without this call no document is trusted. */
    loadDocuments: createDocumentLoader(files, trusted),
    trustedLoad: trusted.load,
    /** Puts the text of a trusted document in the place of its id; returns any other parameters unchanged. */
    resolveTrusted<T extends object>(params: T): T {
      const { id } = findReference(params) ?? {};
      const text = typeof id === 'string' ? trusted.findText(id) : undefined;
      return text === undefined ? params : withText(params, text);
    },
  };

  /**
   * Adds the trusted documents to the cache of executed ones. Where only trusted documents are executed, nothing else is
   * kept: what a reload has removed must not be executed again because it was executed before.
   */
  function withTrusted(executed: DocumentCache): DocumentCache {
    if (mode === 'off') return executed;
    if (mode === 'only') return { find: trusted.find, keep: () => undefined, load: trusted.load };
    return {
      find: (text) => trusted.find(text) ?? executed.find(text),
      keep: executed.keep,
      load() {
        const [one, other] = [trusted.load(), executed.load()];
        return { documents: one.documents + other.documents, bytes: one.bytes + other.bytes };
      },
    };
  }
}
