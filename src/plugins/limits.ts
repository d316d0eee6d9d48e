import { createGraphQLError } from 'graphql-yoga';
import type { DocumentCache } from './document-cache.ts';
import type { Plugin } from './plugin.ts';

/** Size of a request body, in bytes; Yoga enforces it while it reads. */
export const maxBodyBytes = 1_000_000;

/** Length of a document: parsing takes time and memory that grow with it, so it is refused before. */
const maxDocumentLength = 15_000;

/** The same of a document without an access token: it starts a customer session, or reads the schema where that is public. */
const maxAnonymousLength = 4_000;

/** Levels of braces, brackets and parentheses: the parser and the rules call themselves once for each. */
const maxNesting = 100;

/** Refuses documents that are too big before anything parses them. */
export function useLimits(documents: Pick<DocumentCache, 'find'>): Plugin {
  return {
    onParams({ context, params: { query } }) {
      if (typeof query !== 'string') return;
      const isAnonymous = context.authenticated?.caller.isAnonymous === true;
      const maxLength = isAnonymous ? maxAnonymousLength : maxDocumentLength;
      const who = isAnonymous ? ' without an access token' : '';
      if (query.length > maxLength) refuse(413, `A document${who} is at most ${maxLength} characters long.`);
      if (documents.find(query) !== undefined) return;
      if (isNestedDeeper(query, maxNesting)) refuse(400, `A document is at most ${maxNesting} levels deep.`);
    },
  };
}

function refuse(status: number, message: string): never {
  throw createGraphQLError(message, { extensions: { http: { status } } });
}

/** What stands in strings and comments does not count. */
const tokens = /"""(?:\\"""|[\s\S])*?"""|"(?:\\.|[^"\\\n\r])*"|#[^\n\r]*|[{[(]|[)}\]]/g;

function isNestedDeeper(document: string, max: number): boolean {
  let depth = 0;
  for (const [token] of document.matchAll(tokens)) {
    if (token === '{' || token === '[' || token === '(') depth += 1;
    else if (token === '}' || token === ']' || token === ')') depth -= 1;
    if (depth > max) return true;
  }
  return false;
}
