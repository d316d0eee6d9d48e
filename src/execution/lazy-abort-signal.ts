import type { Executor } from 'graphql/execution/Executor.js';

/**
 * The signal that ends with the operation, made for the first resolver that asks: hardly any does, and ending one costs
 * an exception with its stack. The executor ends it, and whoever asks afterwards gets one that has ended.
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
