import { GraphQLError } from 'graphql';
import type { GraphQLParams, YogaInitialContext } from 'graphql-yoga';
import { unauthenticatedError } from '../auth/bearer.ts';
import { type ApqStore, hashDocument } from '../documents/apq-store.ts';
import { DocumentNotTrusted, PersistedQueryNotFound, PersistedQueryNotSupported } from '../documents/errors.ts';
import type { TrustedDocuments } from '../documents/trusted-documents.ts';
import { BadUserInput, type PublicError } from '../errors.ts';
import { mayHoldSecret } from '../execution/secret-literals.ts';
import { csrfHeaders } from './csrf-prevention.ts';
import { maxDocumentLength } from './limits.ts';
import type { OperationContext, Plugin, ServerContext } from './plugin.ts';
import { findReference, hasHash, hashOf, type StoredDocumentReference, withText } from './stored-document.ts';

/** The stored documents, and which documents are executed. */
export type PersistedQueryOptions = {
  trusted: TrustedDocuments;
  mode: 'off' | 'log' | 'only';
  /** The store of automatic persisted queries; undefined where they are switched off. */
  apq: ApqStore | undefined;
};

/**
 * Finds the document that a request names instead of containing it, stores automatic persisted queries, and refuses
 * documents that are not trusted where only trusted ones are executed. The caller is authenticated before.
 *
 * A GET that names a document without a header against cross-site requests executes nothing, and is answered as if no
 * documents were stored: Apollo Client and urql then send the whole document, and would not repeat a request with status 403.
 */
export function usePersistedQueries({ trusted, mode, apq }: PersistedQueryOptions): Plugin {
  async function findText({ id, isHash }: StoredDocumentReference, context: ServerContext): Promise<string> {
    const text = typeof id === 'string' ? trusted.findText(id) : undefined;
    if (text !== undefined) return text;
    if (mode === 'off' && (apq === undefined || !isHash)) throw refusal(new PersistedQueryNotSupported());
    const stored = isHash && typeof id === 'string' ? await apq?.find(id) : undefined;
    if (stored === undefined) throw refuseUnknown(new PersistedQueryNotFound(), context);
    return stored;
  }

  /** An anonymous caller gets the same answer to a trusted document that is not open to it. */
  function refuseUnknown(error: PublicError, { authenticated }: ServerContext): GraphQLError {
    return refusal(mode === 'only' && authenticated?.caller.isAnonymous === true ? unauthenticatedError() : error);
  }

  function checkText({ query, extensions }: GraphQLParams, context: ServerContext): void {
    if (typeof query !== 'string' || trusted.find(query) !== undefined) return;
    if (mode === 'only') throw refuseUnknown(new DocumentNotTrusted(), context);
    if (apq === undefined || !hasHash(extensions) || query.length > maxDocumentLength) return;
    if (hashOf(extensions) === hashDocument(query)) return;
    throw refusal(
      new BadUserInput(
        'extensions.persistedQuery has the version 1 and, as sha256Hash, the SHA-256 of the query in hexadecimal digits.',
      ),
    );
  }

  return {
    onRequestParse({ request }) {
      if (request.method !== 'GET' || [...csrfHeaders, 'content-type'].some((name) => request.headers.has(name)))
        return;
      const parameters = Object.fromEntries(new URL(request.url).searchParams);
      const extensions = parseJson(parameters['extensions']);
      if (findReference({ ...parameters, extensions }) !== undefined) throw refusal(new PersistedQueryNotSupported());
    },
    onParams({ params, setParams, context, request }) {
      if (typeof params !== 'object' || params === null) return undefined;
      const reference = findReference(params);
      if (reference === undefined) return checkText(params, context);
      return findText(reference, context).then((text) => {
        setParams(withText(params, text));
        context.mayRevalidate = request.method === 'GET';
      });
    },
    onExecute({ args }) {
      const { params, authenticated } = args.contextValue as YogaInitialContext & OperationContext;
      const { query = '', extensions } = params;
      const sha256 = hashOf(extensions);
      // An anonymous caller could send any number of distinct documents.
      if (apq === undefined || sha256 === undefined || authenticated?.caller.isAnonymous !== undefined) return;
      if (trusted.find(query) === undefined && !mayHoldSecret(args.schema, args.document)) apq.keep(sha256, query);
    },
  };
}

function refusal(originalError: PublicError): GraphQLError {
  return new GraphQLError(originalError.message, { originalError });
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}
