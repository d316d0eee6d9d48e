import { GraphQLError } from 'graphql';
import { PublicError } from '../errors.ts';
import type { Plugin } from './plugin.ts';

/** A request that names a stored document; clients recognize the message and the code, and send the whole document. */
class PersistedQueryNotSupported extends PublicError {
  readonly code = 'PERSISTED_QUERY_NOT_SUPPORTED';
}

/** Names under which clients send the id of a stored document: Relay's networks, and GraphQL over HTTP. */
const idNames = ['documentId', 'docId', 'doc_id', 'queryId', 'id'] as const;

/**
 * Answers a request that names a document instead of containing it. Apollo Client and urql send the whole document from
 * then on. They look for this error by its message and its code, so that both are as Apollo Server defined them.
 *
 * Without it such a request would be one without a document, and these clients would show that as a failure. A GET is
 * answered before the check against cross-site requests, because Apollo and urql do not repeat a request with status 403.
 */
export function usePersistedQueryRefusal(): Plugin {
  return {
    onRequestParse({ request }) {
      if (request.method === 'GET') refuseStoredDocument(Object.fromEntries(new URL(request.url).searchParams));
    },
    onParams({ params }) {
      if (typeof params === 'object' && params !== null) refuseStoredDocument(params);
    },
  };
}

function refuseStoredDocument(params: object): void {
  const { query, extensions, ...others } = params as Record<string, unknown>;
  if (query != null && query !== '') return;
  if (!idNames.some((name) => others[name] != null) && !hasPersistedQuery(extensions)) return;
  const originalError = new PersistedQueryNotSupported('PersistedQueryNotSupported');
  throw new GraphQLError(originalError.message, { originalError });
}

/** @param extensions an object, or its JSON in the parameter of a GET */
function hasPersistedQuery(extensions: unknown): boolean {
  if (typeof extensions === 'string') return hasPersistedQuery(parseJson(extensions));
  return typeof extensions === 'object' && extensions !== null && 'persistedQuery' in extensions;
}

function parseJson(text: string): object | undefined {
  try {
    return Object(JSON.parse(text));
  } catch {
    return undefined;
  }
}
