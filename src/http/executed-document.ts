import { type ExecutionResult, getOperationAST } from 'graphql';
import type { OperationRequest } from '../plugins/operation.ts';
import type { Authenticated } from '../plugins/plugin.ts';
import { hasHash } from '../plugins/stored-document.ts';
import type { FastPathGateway, FastPathRequest } from './fast-path-gateway.ts';
import type { RequestParams } from './request.ts';

type CachedExecution = {
  request: OperationRequest;
  params: RequestParams;
  context: FastPathRequest['context'];
  authenticated: Authenticated;
};

/**
 * Executes a previously executed document without Yoga's hooks: parsing, validation and the limits on its text would have
 * the same results again. What depends on the operation calls the same functions as the hooks (ADR 24).
 *
 * @returns undefined, without any effect, for another document, for invalid parameters, for a document with its hash, which a
 *   hook compares and stores, and for an anonymous caller, whose documents have other limits
 */
export async function executeCachedDocument(
  gateway: FastPathGateway,
  { request, params, context, authenticated }: CachedExecution,
): Promise<ExecutionResult | undefined> {
  const { query, operationName, variables, extensions } = params;
  if (authenticated.caller.isAnonymous) return undefined;
  const document = gateway.documents.find(query);
  const operation = document && areValid(params) ? getOperationAST(document, operationName) : undefined;
  if (!document || !operation) return undefined;
  const resolverContext = gateway.startOperation(request, authenticated, extensions, context.clientAddress);
  Object.assign(context, { operation, resolverContext });
  // Without a delivery in its context the answer is never in parts.
  return (await gateway.execute({
    document,
    contextValue: context,
    variableValues: variables,
    operationName,
  })) as ExecutionResult;
}

const parameterNames = new Set(['query', 'operationName', 'variables', 'extensions']);

/** Whether Yoga would accept the parameters as they are; it answers with the error where it would not. */
function areValid(params: RequestParams): boolean {
  const { operationName, variables, extensions } = params;
  return (
    (operationName == null || typeof operationName === 'string') &&
    isObjectOrNullish(variables) &&
    isObjectOrNullish(extensions) &&
    !hasHash(extensions) &&
    Object.keys(params).every((name) => parameterNames.has(name))
  );
}

function isObjectOrNullish(value: unknown): boolean {
  return value == null || (typeof value === 'object' && !Array.isArray(value));
}
