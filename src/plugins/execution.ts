import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { executePlanned } from '../execution/execute.ts';
import { limitResponseFields, type ResponseFieldLimits } from '../execution/response-fields.ts';
import { rejectAnonymous } from './anonymous-access.ts';
import { addInputPaths } from './input-path.ts';
import type { OperationContext, Plugin } from './plugin.ts';
import { maxErrors, type ValidationOptions } from './validation.ts';

/** Executes a validated document for a context that is complete. */
export type ExecuteOperation = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

/** Executes operations with `execute` instead of Yoga's own executor. */
export function useExecution(execute: ExecuteOperation): Plugin {
  return {
    onExecute({ setExecuteFn }) {
      setExecuteFn(execute);
    },
  };
}

/**
 * Creates the function that executes operations on both paths, within the limits of one response.
 *
 * @param execute the executor, which checks the limits on fields and time
 */
export function executeWithin(
  execute: typeof executePlanned,
  limits: ResponseFieldLimits,
  { hideSuggestions }: ValidationOptions,
): ExecuteOperation {
  const refuse = limitResponseFields(limits);
  const maxFields = limits.maxResponseFields;
  const options = { maxCoercionErrors: maxErrors };
  return (args) => {
    const { authenticated, resolverContext } = (args.contextValue ?? {}) as OperationContext;
    const endsAt = authenticated?.deadline.endsAt ?? Number.POSITIVE_INFINITY;
    const executable = { hideSuggestions, ...args, contextValue: resolverContext, options };
    const result = rejectAnonymous(args) ?? execute(executable, { refuse, maxFields, endsAt });
    // Variables that cannot be coerced are the only errors without data that are about an input.
    if (result instanceof Promise || result.errors === undefined || result.data !== undefined) return result;
    return { ...result, errors: addInputPaths(result.errors, args.document) };
  };
}
