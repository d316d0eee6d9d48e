import type { ExecutionResult } from 'graphql';
import type { OperationContext, Plugin, ServerContext } from './plugin.ts';

/** A last step before an answer goes out, by whatever door: what the client gets in place of the result. */
export type ResultStep = (result: ExecutionResult, context: ServerContext & OperationContext) => ExecutionResult;

/** One step after the other. */
export function composeResultSteps(...steps: readonly ResultStep[]): ResultStep {
  return (result, context) => steps.reduce((so, step) => step(so, context), result);
}

/** Finishes what goes out through Yoga's own door. */
export function useResultPipeline(finish: ResultStep): Plugin {
  return {
    onResultProcess({ result, setResult, serverContext }) {
      if (Array.isArray(result) || Symbol.asyncIterator in result) return; // there is neither batching nor streaming
      // One object: Yoga extends it from the request to the execution.
      setResult(finish(result, serverContext as ServerContext & OperationContext));
    },
  };
}
