import type { ExecutionResult } from 'graphql';
import type { OperationContext, Plugin, ServerContext } from './plugin.ts';

/** A step that turns the result of an operation into what the client gets, on both paths. */
export type ResultStep = (result: ExecutionResult, context: ServerContext & OperationContext) => ExecutionResult;

/** Runs result steps in their order. */
export function composeResultSteps(...steps: readonly ResultStep[]): ResultStep {
  return (result, context) => steps.reduce((current, step) => step(current, context), result);
}

/** Applies the result steps on the Yoga path. */
export function useResultPipeline(finish: ResultStep): Plugin {
  return {
    onResultProcess({ result, setResult, serverContext }) {
      if (Array.isArray(result) || Symbol.asyncIterator in result) return; // batching and streaming are switched off
      // Yoga extends one object from the request to the execution.
      setResult(finish(result, serverContext as ServerContext & OperationContext));
    },
  };
}
