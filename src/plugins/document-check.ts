import { type GraphQLSchema, NoSchemaIntrospectionCustomRule, specifiedRules } from 'graphql';
import type { CheckDocument } from '../documents/trusted-documents.ts';
import { mayHoldSecret } from '../execution/secret-literals.ts';
import { toPublicMessage } from './error-message.ts';
import { findTextProblem } from './limits.ts';
import { parseDocument, validateDocument } from './validation.ts';

/**
 * Creates the check of trusted documents: they have the same limits and the same rules as documents of clients, once at the
 * start instead of at their first execution.
 *
 * @param isPublic whether clients may read the schema
 */
export function createDocumentCheck(schema: GraphQLSchema, isPublic: boolean): CheckDocument {
  const rules = isPublic ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  return (text) => {
    const problem = findTextProblem(text, false);
    if (problem !== undefined) throw new Error(problem.message);
    const document = withPublicMessage(() => parseDocument(text, false));
    const [error] = validateDocument(schema, document, rules, { hideSuggestions: true });
    if (error !== undefined) throw new Error(toPublicMessage(error.message));
    if (mayHoldSecret(schema, document)) throw new Error('A password or a token is a variable, and no literal.');
    return document;
  };
}

function withPublicMessage<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new Error(error instanceof Error ? toPublicMessage(error.message) : 'It cannot be parsed.');
  }
}
