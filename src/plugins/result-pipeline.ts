import type { ExecutionResult } from 'graphql';
import type { OperationContext, Plugin, ServerContext } from './plugin.ts';

/** A result that may serialize itself; Yoga uses that function as well. */
export type SerializableResult = ExecutionResult & { readonly stringify?: (result: ExecutionResult) => string };

/** A step that turns the result of an operation into what the client gets, on both paths. */
export type ResultStep = (result: ExecutionResult, context: ServerContext & OperationContext) => ExecutionResult;

/**
 * Names and values in alternation of the headers that tell a client its budget of upstream calls, after its operation. A request
 * that was refused before its operation started has none.
 */
export function rateLimitHeaders({ resolverContext }: OperationContext): readonly string[] {
  return resolverContext?.callAllowance.headers ?? [];
}

/** Runs result steps in their order. */
export function composeResultSteps(...steps: readonly ResultStep[]): ResultStep {
  return (result, context) => steps.reduce((current, step) => step(current, context), result);
}

/**
 * Applies the result steps on the Yoga path, to each operation of a batch, and adds the headers that tell the client its budget.
 */
export function useResultPipeline(finish: ResultStep): Plugin {
  function finishBatch(results: readonly ExecutionResult[], request: ServerContext & OperationContext) {
    const contexts = request.batch?.contexts ?? [];
    // Its answers are compressed together.
    request.mayCompress = contexts.every(({ mayCompress }) => mayCompress === true);
    return results.map((result, index) => finish(result, contexts[index] ?? request));
  }

  return {
    onResultProcess({ result, setResult, serverContext }) {
      // Yoga extends one object from the request to the execution.
      const context = serverContext as ServerContext & OperationContext;
      if (Array.isArray(result)) setResult(finishBatch(result, context));
      else if (!(Symbol.asyncIterator in result)) setResult(finish(result, context)); // nothing streams
    },
    onResponse({ response, serverContext }) {
      const { batch, compression } = serverContext;
      if (compression !== undefined) {
        compression.mayCompress = (serverContext as OperationContext).mayCompress === true;
      }
      const started = batch?.contexts.find(({ resolverContext }) => resolverContext !== undefined);
      const headers = rateLimitHeaders(started ?? (serverContext as OperationContext));
      for (let index = 0; index < headers.length; index += 2) {
        response.headers.set(headers[index] as string, headers[index + 1] as string);
      }
    },
  };
}
