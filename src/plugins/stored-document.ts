/** Names under which clients send the id of a stored document: GraphQL over HTTP, and Relay's networks. */
export const idNames = ['documentId', 'docId', 'doc_id', 'queryId', 'id'] as const;

/** The parameter of `extensions` in which Apollo Client and urql send the hash of a document. */
const hashName = 'persistedQuery';

/** What a request sends in place of a document. */
export type StoredDocumentReference = {
  /** The id or the hash, as the client sent it. */
  readonly id: unknown;
  /** Whether it is the hash of an automatic persisted query. */
  readonly isHash: boolean;
};

/** @returns undefined for a request that contains a document, or names none */
export function findReference(params: object): StoredDocumentReference | undefined {
  const { query, extensions } = params as Record<string, unknown>;
  if (query != null && query !== '') return undefined;
  for (const name of idNames) {
    const id: unknown = Reflect.get(params, name);
    if (id != null) return { id, isHash: false };
  }
  return hasHash(extensions) ? { id: hashOf(extensions), isHash: true } : undefined;
}

/** Puts the text of a document in the place of what the request sent instead of it. */
export function withText<T extends object>(params: T, query: string): T & { query: string } {
  const { documentId, docId, doc_id, queryId, id, extensions, ...others } = params as Record<string, unknown>;
  const withoutHash = hasHash(extensions) ? { ...extensions, [hashName]: undefined } : extensions;
  const remaining: Record<string, unknown> = { ...others, extensions: withoutHash, query };
  return remaining as T & { query: string };
}

/** Whether `extensions` has a hash, which may be beside a document. */
export function hasHash(extensions: unknown): extensions is Record<typeof hashName, unknown> {
  return (
    typeof extensions === 'object' && extensions !== null && hashName in extensions && extensions[hashName] != null
  );
}

/** @returns the hash in `extensions`; undefined for a hash of another version or form */
export function hashOf(extensions: unknown): string | undefined {
  if (!hasHash(extensions)) return undefined;
  const { version, sha256Hash } = Object(extensions[hashName]) as Record<string, unknown>;
  return version === 1 && typeof sha256Hash === 'string' ? sha256Hash : undefined;
}
