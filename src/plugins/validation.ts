import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  type ParseOptions,
  parse,
  type Source,
  type ValidationRule,
  validate,
} from 'graphql';
import { QueryTooExpensive } from '../errors.ts';
import { countComparisons } from './comparison-count.ts';
import { findExcess } from './document-size.ts';
import { addInputPaths } from './input-path.ts';

/**
 * Names, numbers, strings and punctuators of a document. A token takes up to 5 µs and 421 bytes while a document is parsed
 * and validated. The examples have at most 95, GraphiQL's introspection query has 184, and a document of 15,000 characters
 * with 8 characters to a token, as a formatter prints it, has 1,900.
 */
export const maxTokens = 5_000;

/** Tokens of a document that comes without an access token: it starts a customer session, or reads the public schema. */
const maxAnonymousTokens = 1_000;

/**
 * Comparisons of selections with each other. A document of 15,000 characters that reads 140 contacts needs 1,200, a page of
 * 30 fragments at one place 9,600, GraphiQL's introspection query 142. A comparison takes up to 0.8 µs and 200 bytes: 8 ms
 * at this limit, and 200 ms without a limit for 14 kB of `contact(by: {cid: "1"}) {cid} contact(by: {cid: "2"}) {cid} …`.
 * Measured on Node 24 by `process.cpuUsage()` around `validate`.
 */
const maxComparisons = 10_000;

/** The maximum number of errors that are searched for in a document or its variables, and that a client gets. */
export const maxErrors = 5;

/**
 * Parses a document within the limit of tokens.
 *
 * @throws {GraphQLError} for a syntax error, and for too many tokens
 */
export function parseDocument(source: string | Source, isAnonymous: boolean, options?: ParseOptions): DocumentNode {
  return parse(source, { ...options, maxTokens: isAnonymous ? maxAnonymousTokens : maxTokens });
}

/** The options of the validation of documents and variables. */
export type ValidationOptions = {
  /** Whether error messages leave out suggestions of similar names, because clients may not read the schema. */
  hideSuggestions: boolean;
};

/**
 * Validates a document within the limits of its parts, of comparisons and of errors.
 *
 * @returns the first five errors, or the one error that validation would be too expensive; nothing for a valid document
 */
export function validateDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  rules: readonly ValidationRule[] | undefined,
  { hideSuggestions }: ValidationOptions,
): readonly GraphQLError[] {
  if (countComparisons(document, maxComparisons) > maxComparisons) return [tooExpensive(comparisonsMessage)];
  const excess = findExcess(document);
  if (excess !== undefined) return [tooExpensive(excess)];
  const errors = validate(schema, document, rules, { maxErrors, hideSuggestions }).slice(0, maxErrors);
  return addInputPaths(errors, document);
}

const comparisonsMessage = `Fields with the same name and fragments at the same place are compared with each other, and a document may need at most ${maxComparisons} comparisons. Use fewer of them.`;

function tooExpensive(message: string): GraphQLError {
  return new GraphQLError(message, { originalError: new QueryTooExpensive(message) });
}
