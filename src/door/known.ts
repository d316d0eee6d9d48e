import { type ExecutionResult, getOperationAST } from 'graphql';
import type { Gateway } from '../server.ts';
import type { Params } from './plain-request.ts';
import type { Visitor } from './visitor.ts';

type Known = { request: Parameters<Gateway['begin']>[0]; params: Params; context: Visitor['context'] };

/**
 * Executes a document that was executed before. Whatever Yoga and the plugins do with the text of a document they have
 * done then, and would find the same; what is left is what they do with an operation, and that are the same functions
 * (ADR 24).
 *
 * @returns undefined for any other document, and for parameters that are not as they should be: nothing is done then
 */
export async function executeKnown(
  gateway: Gateway,
  { request, params, context }: Known,
): Promise<ExecutionResult | undefined> {
  const { query, operationName, variables, extensions } = params;
  const document = gateway.findDocument(query);
  const operation = document && areSound(params) ? getOperationAST(document, operationName) : undefined;
  if (!document || !operation) return undefined;
  const begun = await gateway.begin(request, extensions);
  Object.assign(context, begun, { operation });
  try {
    // Without @defer there are no streams.
    return (await gateway.execute({
      document,
      contextValue: context,
      variableValues: variables,
      operationName,
    })) as ExecutionResult;
  } finally {
    begun.deadline.end();
  }
}

const names = new Set(['query', 'operationName', 'variables', 'extensions']);

/** As Yoga judges them: it has the words for what is wrong with others. */
function areSound(params: Params): boolean {
  const { operationName, variables, extensions } = params;
  return (
    (operationName == null || typeof operationName === 'string') &&
    isObjectOrNothing(variables) &&
    isObjectOrNothing(extensions) &&
    Object.keys(params).every((name) => names.has(name))
  );
}

function isObjectOrNothing(value: unknown): boolean {
  return value == null || (typeof value === 'object' && !Array.isArray(value));
}
