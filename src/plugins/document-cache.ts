import type { DocumentNode } from 'graphql';
import type { YogaInitialContext } from 'graphql-yoga';
import type { DocumentMemory, KeptDocument } from '../execution/document-memory.ts';
import { weighDocument } from '../execution/document-weight.ts';
import { mayHoldSecret } from '../execution/secret-literals.ts';
import { rejectAnonymous } from './anonymous-access.ts';
import type { OperationContext, Plugin } from './plugin.ts';
import { parseDocument, type ValidationOptions, validateDocument } from './validation.ts';

/** Twenty counts of the fields of an answer, which are kept as long as their document (`response-fields.ts`). */
const countsBytes = 2_000;

/** Parsed documents that were executed before: they are within all limits and valid for the schema. */
export type DocumentCache = {
  /** @param text the document as a client sends it */
  find(text: string): DocumentNode | undefined;
  /** Keeps a document that has passed validation. */
  keep(text: string, document: DocumentNode): void;
  /** The number of parsed documents that are kept, and their memory in bytes, without that of their plans. */
  load(): { documents: number; bytes: number };
};

/**
 * Creates the cache of parsed documents. It keeps nothing of a refused document, neither its text nor its errors:
 * a client that sends such documents costs time for each of them, and no memory.
 *
 * @param memory keeps the documents by their texts, and is shared with their plans
 */
export function createDocumentCache(memory: DocumentMemory): DocumentCache {
  return {
    find: (text) => (memory.get(text) as KeptDocument | undefined)?.document,
    keep(text, document) {
      const entry: KeptDocument = { document, bytes: weighDocument(document) + countsBytes };
      memory.set(text, entry);
    },
    load() {
      const weights = [...memory.entries()].flatMap(([key, { bytes }]) => (typeof key === 'string' ? [bytes] : []));
      return { documents: weights.length, bytes: weights.reduce((sum, bytes) => sum + bytes, 0) };
    },
  };
}

/**
 * Parses and validates documents within limits, and keeps those that are executed for an authenticated caller.
 * Documents of anonymous callers are never kept, because an anonymous caller can send any number of distinct ones; nor are
 * documents that may hold a secret.
 */
export function useDocumentCache(documents: DocumentCache, options: ValidationOptions): Plugin {
  return {
    onParse({ context, params: { source }, setParsedDocument, setParseFn }) {
      const document = documents.find(source.toString());
      if (document !== undefined) setParsedDocument(document);
      else {
        const isAnonymous = context.authenticated?.caller.isAnonymous === true;
        setParseFn((text, options) => parseDocument(text, isAnonymous, options));
      }
    },
    onValidate({ context, params: { schema, documentAST: document }, setResult, setValidationFn }) {
      const { query = '', operationName } = context.params;
      // Before the validation, so that an anonymous caller does not learn which fields exist.
      const rejected = rejectAnonymous({ schema, document, operationName, contextValue: context });
      if (rejected !== undefined) throw rejected.errors?.[0]; // Yoga gives errors of the validation the status 400
      if (documents.find(query ?? '') === document) setResult([]);
      else setValidationFn((schema, document, rules) => validateDocument(schema, document, rules, options));
    },
    onExecute({ args }) {
      const { params, authenticated } = args.contextValue as YogaInitialContext & OperationContext;
      const text = params.query ?? '';
      if (authenticated === undefined || authenticated.caller.isAnonymous === true) return;
      if (documents.find(text) === args.document || mayHoldSecret(args.schema, args.document)) return;
      documents.keep(text, args.document);
    },
  };
}
