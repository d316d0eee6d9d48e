import { type ExecutionResult, getOperationAST } from 'graphql';
import type { OperationRequest } from '../plugins/operation.ts';
import type { Authenticated } from '../plugins/plugin.ts';
import type { FastPathGateway, FastPathRequest } from './fast-path-gateway.ts';
import type { RequestParams } from './request.ts';

type Known = {
  request: OperationRequest;
  params: RequestParams;
  context: FastPathRequest['context'];
  authenticated: Authenticated;
};

/**
 * Executes a document that was executed before. Whatever Yoga and the plugins do with the text of a document they have
 * done then, and would find the same; what is left is what they do with an operation, and that are the same functions
 * (ADR 24).
 *
 * @returns undefined for any other document, for parameters that are not as they should be, and for an anonymous caller,
 *   whose documents have other limits: nothing is done then
 */
export async function executeCachedDocument(
  gateway: FastPathGateway,
  { request, params, context, authenticated }: Known,
): Promise<ExecutionResult | undefined> {
  const { query, operationName, variables, extensions } = params;
  if (authenticated.caller.isAnonymous) return undefined;
  const document = gateway.documents.find(query);
  const operation = document && areSound(params) ? getOperationAST(document, operationName) : undefined;
  if (!document || !operation) return undefined;
  Object.assign(context, { operation, resolverContext: gateway.startOperation(request, authenticated, extensions) });
  // Without @defer there are no streams.
  return (await gateway.execute({
    document,
    contextValue: context,
    variableValues: variables,
    operationName,
  })) as ExecutionResult;
}

const names = new Set(['query', 'operationName', 'variables', 'extensions']);

/** As Yoga judges them: it has the words for what is wrong with others. */
function areSound(params: RequestParams): boolean {
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
