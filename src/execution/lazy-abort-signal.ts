import type { Executor } from 'graphql/execution/Executor.js';

/**
 * Creates the abort signal of an operation when a resolver first reads it: hardly any does, and aborting a signal costs an
 * exception with its stack. The executor aborts the signal; a resolver that reads it afterwards gets an aborted one.
 */
export function createLazyAbortSignal(executor: Executor): () => AbortSignal {
  const { abortReason: unreasoned } = executor;
  return () => {
    if (executor.resolverAbortController === undefined) {
      const controller = new AbortController();
      executor.resolverAbortController = controller;
      const { aborted, abortReason } = executor;
      if (aborted) controller.abort(abortReason === unreasoned ? undefined : abortReason);
    }
    return executor.resolverAbortController.signal;
  };
}
