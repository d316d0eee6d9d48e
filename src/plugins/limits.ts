import { Lexer, Source, TokenKind } from 'graphql';
import { createGraphQLError } from 'graphql-yoga';
import type { DocumentCache } from './document-cache.ts';
import type { Plugin } from './plugin.ts';
import { maxTokens } from './validation.ts';

/** The largest request body in bytes; Yoga checks it while it reads the body. */
export const maxBodyBytes = 1_000_000;

/** The longest document in characters. It is checked before parsing, whose time and memory grow with the length. */
export const maxDocumentLength = 15_000;

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
      const problem =
        findLengthProblem(query, isAnonymous) ?? (documents.find(query) ? undefined : findDepthProblem(query));
      if (problem === undefined) return;
      throw createGraphQLError(problem.message, { extensions: { http: { status: problem.status } } });
    },
  };
}

/** Why the text of a document is not parsed, and the HTTP status of that. */
type TextProblem = { readonly status: number; readonly message: string };

/** @returns undefined for a text that may be parsed */
export function findTextProblem(text: string, isAnonymous: boolean): TextProblem | undefined {
  return findLengthProblem(text, isAnonymous) ?? findDepthProblem(text);
}

function findLengthProblem({ length }: string, isAnonymous: boolean): TextProblem | undefined {
  const maxLength = isAnonymous ? maxAnonymousLength : maxDocumentLength;
  const condition = isAnonymous ? ' without an access token' : '';
  if (length <= maxLength) return undefined;
  return { status: 413, message: `A document${condition} is at most ${maxLength} characters long.` };
}

function findDepthProblem(text: string): TextProblem | undefined {
  if (!isNestedDeeper(text, maxNesting)) return undefined;
  return { status: 400, message: `A document is at most ${maxNesting} levels deep.` };
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
