import { Lexer, Source, TokenKind } from 'graphql';
import { createGraphQLError } from 'graphql-yoga';
import type { DocumentCache } from './document-cache.ts';
import type { Plugin } from './plugin.ts';
import { maxTokens } from './validation.ts';

/** The largest request body in bytes; Yoga checks it while it reads the body. */
export const maxBodyBytes = 1_000_000;

/** The longest document in characters. It is checked before parsing, whose time and memory grow with the length. */
const maxDocumentLength = 15_000;

/** The longest document of a request without an access token: it starts a customer session, or reads a public schema. */
const maxAnonymousLength = 4_000;

/** Levels of braces, brackets and parentheses. The parser and the validation rules recurse once for each level. */
const maxNesting = 100;

/** Refuses documents that are too long or too deep before they are parsed. */
export function useLimits(documents: Pick<DocumentCache, 'find'>): Plugin {
  return {
    onParams({ context, params: { query } }) {
      if (typeof query !== 'string') return;
      const isAnonymous = context.authenticated?.caller.isAnonymous === true;
      const maxLength = isAnonymous ? maxAnonymousLength : maxDocumentLength;
      const condition = isAnonymous ? ' without an access token' : '';
      if (query.length > maxLength) refuse(413, `A document${condition} is at most ${maxLength} characters long.`);
      if (documents.find(query) !== undefined) return;
      if (isNestedDeeper(query, maxNesting)) refuse(400, `A document is at most ${maxNesting} levels deep.`);
    },
  };
}

function refuse(status: number, message: string): never {
  throw createGraphQLError(message, { extensions: { http: { status } } });
}

/**
 * Reads a document with the lexer of graphql, whose time is linear in any text; the parser reports what the lexer cannot read.
 */
function isNestedDeeper(document: string, max: number): boolean {
  const lexer = new Lexer(new Source(document));
  let depth = 0;
  try {
    for (let tokens = 0; tokens <= maxTokens && depth <= max; tokens += 1) {
      const { kind } = lexer.advance();
      if (kind === TokenKind.EOF) return false;
      if (opening.has(kind)) depth += 1;
      else if (closing.has(kind)) depth -= 1;
    }
  } catch {
    return false;
  }
  return depth > max;
}

const opening = new Set<TokenKind>([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing = new Set<TokenKind>([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);
