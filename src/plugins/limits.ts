import { createGraphQLError } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { Plugin } from './plugin.ts';

/** Size of a request body, in bytes; Yoga enforces it while it reads. */
export const maxBodyBytes = 1_000_000;

/** Length of a document: parsing takes time and memory that grow with it, so it is refused before. */
const maxDocumentLength = 15_000;

/** Levels of braces, brackets and parentheses: the parser and the rules call themselves once for each. */
const maxNesting = 100;

/** Refuses documents that are too big before anything parses them. */
export function useLimits(): Plugin {
  /** Documents that were looked at: clients send the same few over and over. */
  const shallow = new LRUCache<string, true>({
    max: 1_000,
    maxSize: 1_000_000,
    sizeCalculation: (_, { length }) => length + 1,
  });
  return {
    onParams({ params: { query } }) {
      if (typeof query !== 'string') return;
      if (query.length > maxDocumentLength) refuse(413, `A document is at most ${maxDocumentLength} characters long.`);
      if (shallow.has(query)) return;
      if (isNestedDeeper(query, maxNesting)) refuse(400, `A document is at most ${maxNesting} levels deep.`);
      shallow.set(query, true);
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
